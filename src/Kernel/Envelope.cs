using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sarai.Kernel;

/// <summary>The body of every successful answer under <c>/api</c>.</summary>
/// <param name="Success">Always true.</param>
/// <param name="Data">What was asked for.</param>
/// <param name="Message">A sentence for people, or null.</param>
/// <param name="Timestamp">When the answer was made, UTC.</param>
/// <param name="RequestId">The trace id; it finds the request in the logs.</param>
public sealed record Envelope<T>(bool Success, T Data, string? Message, Instant Timestamp, string RequestId) where T : notnull;

/// <summary>The body of every refusal under <c>/api</c>.</summary>
/// <param name="Success">Always false.</param>
/// <param name="Error">Why.</param>
/// <param name="Timestamp">When the answer was made, UTC.</param>
/// <param name="RequestId">The trace id; it finds the request in the logs.</param>
public sealed record ErrorEnvelope(bool Success, ErrorBody Error, Instant Timestamp, string RequestId);

/// <summary>Why a request was refused.</summary>
/// <param name="Code">A stable snake_case code.</param>
/// <param name="Message">A sentence in the user's words.</param>
/// <param name="Details">For validation: field → messages.</param>
public sealed record ErrorBody(string Code, string Message, IReadOnlyDictionary<string, object>? Details);

/// <summary>Writes the envelopes.</summary>
public static class Envelope
{
    /// <summary>The id of the current request as clients and logs know it.</summary>
    public static string RequestId(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    /// <summary>Writes a success.</summary>
    public static Task Write<T>(HttpContext context, int status, T data, string? message) where T : notnull
    {
        context.Response.StatusCode = status;
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        return context.Response.WriteAsJsonAsync(new Envelope<T>(true, data, message, clock.Now(), RequestId(context)), Options(context));
    }

    /// <summary>Writes a success whose data is JSON already.</summary>
    public static async Task WriteReady(HttpContext context, ReadOnlyMemory<byte> data)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        json.WritePropertyName("data");
        json.WriteRawValue(data.Span, skipInputValidation: true);
        json.WriteNull("message");
        json.WriteString("timestamp", clock.GetUtcNow().UtcDateTime);
        json.WriteString("requestId", RequestId(context));
        json.WriteEndObject();
    }

    /// <summary>Writes a refusal.</summary>
    public static Task Write(HttpContext context, Fault fault)
    {
        // What the outer middleware refuses is written after the request's culture has gone out of scope.
        if (context.Features.Get<IRequestCultureFeature>() is { } spoken) (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (spoken.RequestCulture.Culture, spoken.RequestCulture.UICulture);
        context.Response.StatusCode = fault.Status;
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var body = new ErrorEnvelope(false, new ErrorBody(fault.Code, fault.Message, fault.Details), clock.Now(), RequestId(context));
        return context.Response.WriteAsJsonAsync(body, Options(context));
    }

    internal static JsonSerializerOptions Options(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
}

/// <summary>
/// Turns every problem the framework itself finds under <c>/api</c> (malformed JSON, failed validation, wrong method, missing token, a crash)
/// into the same error envelope the features use.
/// </summary>
public sealed class EnvelopeProblemWriter(ILogger<EnvelopeProblemWriter> log) : IProblemDetailsWriter
{
    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) => context.HttpContext.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var status = context.ProblemDetails.Status ?? http.Response.StatusCode;
        if (context.Exception is BadHttpRequestException bad) status = bad.StatusCode;
        if (Databases.IsAway(context.Exception))
        {
            status = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "1";
            log.LogWarning("The database did not answer {Method} {Route}: {Problem}", http.Request.Method, context.AdditionalMetadata?.GetMetadata<IRouteDiagnosticsMetadata>()?.Route, context.Exception!.GetBaseException().Message);
        }
        return new ValueTask(Envelope.Write(http, FaultOf(status, context)));
    }

    private static Fault FaultOf(int status, ProblemDetailsContext context)
    {
        if (Fields(context) is { Count: > 0 } fields)
            return new Fault(400, "validation_failed", "Some fields are not right; see details.", fields);
        return status switch
        {
            400 => Malformed(context.Exception) ?? Unread(context.HttpContext) ?? new Fault(400, "malformed_request", "The request could not be read. Send valid JSON with the documented fields."),
            401 => Fault.SignIn,
            403 => Fault.Forbidden(),
            404 => new Fault(404, "not_found", "There is nothing at this address."),
            405 => new Fault(405, "method_not_allowed", "This address does not answer that method."),
            408 => new Fault(408, "request_timeout", "The request took too long to arrive. Try again."),
            413 => new Fault(413, "too_large", "The request is larger than allowed."),
            415 => new Fault(415, "unsupported_media_type", "Send the body as application/json."),
            429 => new Fault(429, "too_many_requests", "Too many requests. Wait a moment and try again."),
            503 => new Fault(503, "unavailable", "Sarai cannot do this right now. Try again in a moment."),
            >= 500 => new Fault(500, "internal_error", "Something went wrong on our side. It has been logged under the request id."),
            _ => new Fault(status, "request_refused", context.ProblemDetails.Title ?? "The request was refused."),
        };
    }

    private static Dictionary<string, object>? Fields(ProblemDetailsContext context)
    {
        return (context.ProblemDetails as HttpValidationProblemDetails)?.Errors.ToDictionary(e => Camel(e.Key), e => (object)e.Value.Select(text => (Sentence)text).ToArray());
    }

    private static Fault? Malformed(Exception? cause)
    {
        if (cause?.InnerException is JsonException { Path: { Length: > 2 } path } json)
        {
            var field = path[2..];
            var message = json.InnerException is FormatException told ? told.Message : $"The value of {field} has the wrong form.";
            return Fault.Invalid(field, message);
        }
        if (cause?.InnerException is JsonException) return null;
        // "Failed to bind parameter "DateOnly date" from "tomorrow"." names the parameter in quotes.
        var text = cause?.Message ?? "";
        var quoted = text.Split('"');
        if (quoted.Length > 1 && quoted[1].Split(' ') is [_, var name, ..])
            return Fault.Invalid(Camel(name), text.StartsWith("Required", StringComparison.Ordinal) ? $"{Camel(name)} is required." : $"The value of {Camel(name)} has the wrong form.");
        return null;
    }

    // Generated endpoints refuse an optional value of the query in silence; which one it was is found by reading them once more.
    private static Fault? Unread(HttpContext http)
    {
        var parameters = http.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [];
        foreach (var (name, type) in parameters.SelectMany(p => p.IsDefined(typeof(AsParametersAttribute))
            ? p.ParameterType.GetProperties().Select(f => (f.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? f.Name, f.PropertyType))
            : [(p.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? p.Name!, p.ParameterType)]))
        {
            var single = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type;
            if (http.Request.Query[name].Any(value => !IsOf(single, value))) return Fault.Invalid(Camel(name), $"The value of {Camel(name)} has the wrong form.");
        }
        return null;
    }

    private static bool IsOf(Type type, string? value)
    {
        try
        {
            return string.IsNullOrEmpty(value) || TypeDescriptor.GetConverter(type) is not { } converter || !converter.CanConvertFrom(typeof(string)) || converter.ConvertFromInvariantString(value) is not null;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or NotSupportedException || wrong.InnerException is FormatException or OverflowException)
        {
            return false;
        }
    }

    private static string Camel(string key) => string.Join('.', key.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
