namespace Sarai.Contracts;

/// <summary>A module asks for a message that no domain event of its own stands for: a broadcast, a note to a customer.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="Type">The kind, which is also the template's name and what preferences are set by.</param>
/// <param name="Data">What the template needs.</param>
/// <param name="Link">Where the message leads, as a path, or null.</param>
[EventName("notification.requested")]
public sealed record NotificationRequested(Guid UserId, string Type, IReadOnlyDictionary<string, string> Data, string? Link) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}
