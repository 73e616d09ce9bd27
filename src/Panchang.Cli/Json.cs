using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sarai.Panchang.Cli;

/// <summary>How data is written: camel case, letters of every script as they are, instants to the millisecond.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Line = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new Instants() },
    };

    private static readonly JsonSerializerOptions Page = new(Line) { WriteIndented = true, NewLine = "\n" };

    internal static void WritePage(TextWriter output, object data) => output.WriteLine(JsonSerializer.Serialize(data, Page));

    internal static void WriteLine(TextWriter output, object data) => output.WriteLine(JsonSerializer.Serialize(data, Line));

    private sealed class Instants : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture));
    }
}
