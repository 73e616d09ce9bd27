using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime.Text;

namespace Sarai.Kernel;

/// <summary>How Sarai writes and reads JSON, on the wire and in the outbox: camelCase, enums as snake_case words, ISO 8601 times.</summary>
public static class Json
{
    /// <summary>The options used for events and stored documents.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Applies the house rules to a set of options.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        // Only ever sent as application/json with nosniff, never written into a page: "+05:00" and اردو stay as they are.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new PatternConverter<OffsetDateTime>(OffsetDateTimePattern.Rfc3339, "a time with its offset, such as 2026-11-08T18:00:00+05:00"));
        options.Converters.Add(new PatternConverter<LocalDate>(LocalDatePattern.Iso, "a date such as 2026-11-08"));
        options.Converters.Add(new PatternConverter<LocalTime>(LocalTimePattern.GeneralIso, "a time of day such as 18:00:00", LocalTimePattern.CreateWithInvariantCulture("HH':'mm")));
        options.Converters.Add(new PatternConverter<LocalDateTime>(LocalDateTimePattern.ExtendedIso, "a local time such as 2026-11-08T18:00:00"));
        return options;
    }

    /// <summary>Reads an instant from text that carries an offset; null when it has none or is no time at all.</summary>
    public static Instant? ParseInstant(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var instant = InstantPattern.ExtendedIso.Parse(text);
        if (instant.Success) return instant.Value;
        var offset = OffsetDateTimePattern.Rfc3339.Parse(text);
        if (offset.Success) return offset.Value.ToInstant();
        var short_ = Minutes.Parse(text);
        return short_.Success ? short_.Value.ToInstant() : null;
    }

    /// <summary>Reads an enum's word as the JSON has it (<c>no_show</c>), in any case; null when it is none.</summary>
    public static T? ParseWord<T>(string? text) where T : struct, Enum =>
        Enum.TryParse<T>(text?.Replace("_", "", StringComparison.Ordinal), true, out var value) && Enum.IsDefined(value) && !char.IsDigit(text![0]) ? value : null;

    /// <summary>An enum's words, for telling what can be chosen.</summary>
    public static string Words<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    private static readonly OffsetDateTimePattern Minutes = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<Z+HH:mm>");

    private sealed class InstantConverter : JsonConverter<Instant>
    {
        public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (reader.TokenType == JsonTokenType.String ? ParseInstant(reader.GetString()) : null)
            ?? throw new JsonException(null, new FormatException("Give the time with its offset, such as 2026-11-08T18:00:00+05:00."));

        public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));
    }

    private sealed class PatternConverter<T>(IPattern<T> pattern, string example, IPattern<T>? other = null) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            var read = pattern.Parse(text);
            if (!read.Success && other is not null) read = other.Parse(text);
            return read.Success ? read.Value : throw new JsonException(null, new FormatException($"Give {example}."));
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(pattern.Format(value));

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => pattern.Parse(reader.GetString()!).GetValueOrThrow();

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(pattern.Format(value));
    }
}
