using System.Text.Json;

namespace Sarai.Payments;

/// <summary>
/// What Payments needs of somebody who takes money online. A new gateway is one implementation and one registration; everything it reports goes through
/// <see cref="ApplyCapture"/>.
/// </summary>
public interface IProvider
{
    /// <summary>The name in data and in the webhook's address.</summary>
    string Name { get; }

    /// <summary>Begins a payment.</summary>
    /// <returns>The provider's reference and the page where the guest pays.</returns>
    Task<Checkout> Begin(Payment payment, CancellationToken cancel);

    /// <summary>Checks and reads a webhook. The body is the bytes as they came.</summary>
    /// <returns>What happened, null when it is of no interest, or a fault when it is not genuine.</returns>
    Answer<Outcome>? Read(ReadOnlySpan<byte> body, IHeaderDictionary headers, Instant now);

    /// <summary>Asks what became of an attempt.</summary>
    /// <returns>The final outcome, or null while it is open.</returns>
    Task<Outcome?> Ask(string reference, CancellationToken cancel);
}

/// <summary>Where to pay.</summary>
public sealed record Checkout(string Reference, string Url);

/// <summary>What became of an attempt.</summary>
/// <param name="Reference">Which.</param>
/// <param name="Paid">Whether money came.</param>
/// <param name="Amount">How much.</param>
/// <param name="Reason">Why it failed, or null.</param>
public sealed record Outcome(string Reference, bool Paid, Money Amount, string? Reason);

/// <summary>The webhook's body of the sandbox gateway.</summary>
internal sealed record SandboxEvent(string Type, string Reference, long Amount, string Currency, string? Reason)
{
    public string ToJson() => JsonSerializer.Serialize(this, Json.Options);
}
