using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Sarai.Kernel;

/// <summary>Why a wish was refused: an HTTP status, a stable code and a sentence in the user's words.</summary>
/// <param name="Status">The HTTP status: 400, 401, 403, 404, 409, 422, 429 or 503.</param>
/// <param name="Code">A stable snake_case code that clients may rely on; listed in the API documentation.</param>
/// <param name="Said">What went wrong and what to do now, written in English; read in the language of the request.</param>
/// <param name="Details">For validation: the messages for each field, keyed by the field's JSON name. Otherwise anything that helps the client act.</param>
public sealed record Fault(int Status, string Code, Sentence Said, IReadOnlyDictionary<string, object>? Details = null)
{
    /// <summary>What went wrong and what to do now, in the language of the request.</summary>
    public string Message
    {
        get => Said.ToString();
        init => Said = value;
    }

    /// <summary>400 <c>validation_failed</c>: one field is wrong.</summary>
    public static Fault Invalid(string field, Sentence message) =>
        new(400, "validation_failed", message, new Dictionary<string, object> { [field] = new[] { message } });

    /// <summary>404 <c>not_found</c>: there is no such thing, or it belongs to somebody else; the two look alike on purpose.</summary>
    /// <param name="what">The thing in the user's words, such as "booking".</param>
    public static Fault NotFound(string what) => new(404, "not_found", $"There is no such {what}.");

    /// <summary>401 <c>unauthenticated</c>.</summary>
    public static Fault SignIn { get; } = new(401, "unauthenticated", "Sign in to do this.");

    /// <summary>403 <c>forbidden</c>: you do not have the right to do this.</summary>
    public static Fault Forbidden() => Forbidden("You do not have the right to do this.");

    /// <summary>403 <c>forbidden</c>, with a reason.</summary>
    public static Fault Forbidden(Sentence message) => new(403, "forbidden", message);

    /// <summary>409 with its own code: the state of the world does not allow it.</summary>
    public static Fault Conflict(string code, Sentence message, IReadOnlyDictionary<string, object>? details = null) => new(409, code, message, details);

    /// <summary>422 with its own code: well-formed, but the rules do not allow it.</summary>
    public static Fault Refused(string code, Sentence message, IReadOnlyDictionary<string, object>? details = null) => new(422, code, message, details);
}

/// <summary>
/// What a feature answers: a value or a <see cref="Kernel.Fault"/>. Pages look inside; on the wire it becomes the envelope
/// <c>{ success, data, message, timestamp, requestId }</c> or <c>{ success, error, timestamp, requestId }</c>.
/// </summary>
/// <typeparam name="T">The data of the successful answer.</typeparam>
public sealed class Answer<T> : IResult, IEndpointMetadataProvider
    where T : notnull
{
    private readonly T? _value;
    private readonly ReadOnlyMemory<byte> _json;

    private Answer(T? value, Fault? fault, int status, string? message, ReadOnlyMemory<byte> json = default) =>
        (_value, Fault, Status, Message, _json) = (value, fault, status, message, json);

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The answer is a fault; look at <see cref="Fault"/> first.</exception>
    public T Value => Fault is null ? _value! : throw new InvalidOperationException($"Refused: {Fault.Code}: {Fault.Message}");

    /// <summary>The reason of a refusal, or null on success.</summary>
    public Fault? Fault { get; }

    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; }

    /// <summary>A sentence for people beside the data, if there is one.</summary>
    public string? Message { get; }

    /// <summary>Whether the answer holds a value.</summary>
    public bool Ok => Fault is null;

    /// <summary>200 with this value.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null, StatusCodes.Status200OK, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Answer<T>(Fault fault) => new(default, fault, fault.Status, null);

    /// <summary>201 with this value.</summary>
    public static Answer<T> Created(T value, string? message = null) => new(value, null, StatusCodes.Status201Created, message);

    /// <summary>200 with this value, whose JSON is already at hand from an earlier answer.</summary>
    public static Answer<T> Ready(T value, ReadOnlyMemory<byte> json) => new(value, null, StatusCodes.Status200OK, null, json);

    /// <summary>200 with this value and a sentence.</summary>
    public static Answer<T> Said(T value, string message) => new(value, null, StatusCodes.Status200OK, message);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Fault is not null) return Envelope.Write(httpContext, Fault);
        return _json.IsEmpty ? Envelope.Write(httpContext, Status, _value!, Message) : Envelope.WriteReady(httpContext, _json);
    }

    /// <summary>Tells OpenAPI what the envelope of this answer looks like. 201 is declared by the endpoint with <c>Produces</c>.</summary>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Envelope<T>), ["application/json"]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ErrorEnvelope), ["application/json"]));
    }
}

/// <summary>The answer of a feature that has nothing to say but that it is done.</summary>
public sealed record Done
{
    /// <summary>The only instance.</summary>
    public static Done It { get; } = new();
}
