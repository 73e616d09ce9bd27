using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Sarai.Host;

/// <summary>No settings of its own.</summary>
internal sealed class JsonLogOptions : ConsoleFormatterOptions;

/// <summary>
/// One JSON object on one line for each log entry: time, level, logger, message, its values, the request's id (the same the error envelope shows), who asked
/// (the account's id, never a name or an address) and for which organisation. Names, e-mails, phones and bodies are never logged, so they are not here either.
/// </summary>
internal sealed class JsonLog(IHttpContextAccessor http) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "sarai-json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTime.UtcNow);
            json.WriteString("level", Word(logEntry.LogLevel));
            json.WriteString("logger", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, null));
            WriteRequest(json);
            if (logEntry.State is IEnumerable<KeyValuePair<string, object?>> values) WriteValues(json, values);
            if (logEntry.Exception is { } problem) json.WriteString("exception", problem.ToString());
            json.WriteEndObject();
        }
        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private void WriteRequest(Utf8JsonWriter json)
    {
        if (Activity.Current is { } activity)
        {
            json.WriteString("requestId", activity.TraceId.ToHexString());
            json.WriteString("spanId", activity.SpanId.ToHexString());
        }
        if (http.HttpContext is not { } request) return;
        if (Activity.Current is null) json.WriteString("requestId", request.TraceIdentifier);
        if (request.User.FindFirst("sub")?.Value is { } actor) json.WriteString("actor", actor);
        if (Actor.OrganisationOf(request) is { } organisation) json.WriteString("organisation", organisation);
    }

    private static void WriteValues(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject("values");
        foreach (var (name, value) in values)
        {
            if (name == "{OriginalFormat}") continue;
            switch (value)
            {
                case null: json.WriteNull(name); break;
                case bool flag: json.WriteBoolean(name, flag); break;
                case int or long or short or byte: json.WriteNumber(name, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
                default: json.WriteString(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            }
        }
        json.WriteEndObject();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
