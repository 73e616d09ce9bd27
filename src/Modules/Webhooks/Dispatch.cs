namespace Sarai.Webhooks;

/// <summary>The states of a dispatch.</summary>
public enum DispatchStatus
{
    /// <summary>It is still to be told.</summary>
    Waiting,

    /// <summary>The other side has answered with 2xx.</summary>
    Delivered,

    /// <summary>Given up after three days, or because the hook is gone.</summary>
    Failed,
}

/// <summary>One event for one hook.</summary>
public sealed class Dispatch
{
    /// <summary>How long we try.</summary>
    public static readonly Duration Patience = Duration.FromHours(72);

    private static readonly Duration[] Pauses =
        [Duration.FromSeconds(10), Duration.FromSeconds(30), Duration.FromMinutes(2), Duration.FromMinutes(10), Duration.FromMinutes(30), Duration.FromHours(1), Duration.FromHours(2), Duration.FromHours(4), Duration.FromHours(8)];

    /// <summary>The dispatch.</summary>
    public Guid Id { get; init; }

    /// <summary>To where.</summary>
    public Guid HookId { get; init; }

    /// <summary>The event; the same however often it is told, so that the other side can tell a repetition.</summary>
    public Guid EventId { get; init; }

    /// <summary>The event's name.</summary>
    public string Event { get; init; } = "";

    /// <summary>What is sent, byte for byte the same each time.</summary>
    public string Body { get; init; } = "";

    /// <summary>The state.</summary>
    public DispatchStatus Status { get; private set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it is tried next.</summary>
    public Instant DueAt { get; set; }

    /// <summary>When we stop trying.</summary>
    public Instant GiveUpAt { get; set; }

    /// <summary>The last HTTP status, or null when nobody answered.</summary>
    public int? Answer { get; private set; }

    /// <summary>What went wrong the last time, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>How long the last try took.</summary>
    public int? Milliseconds { get; private set; }

    /// <summary>When the event happened.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When the other side took it.</summary>
    public Instant? DeliveredAt { get; private set; }

    /// <summary>Writes down how a try ended, and when the next is due.</summary>
    /// <param name="answer">The HTTP status, or null.</param>
    /// <param name="problem">What went wrong, or null when it was taken.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <param name="at">Now.</param>
    public void Record(int? answer, string? problem, int milliseconds, Instant at)
    {
        (Attempts, Answer, Problem, Milliseconds) = (Attempts + 1, answer, problem, milliseconds);
        if (problem is null)
        {
            (Status, DeliveredAt) = (DispatchStatus.Delivered, at);
            return;
        }
        DueAt = at + Pauses[Math.Min(Attempts - 1, Pauses.Length - 1)];
        if (DueAt > GiveUpAt) Status = DispatchStatus.Failed;
    }

    /// <summary>Sends it again, whatever became of it before.</summary>
    public void Replay(Instant at) => (Status, Attempts, DueAt, GiveUpAt) = (DispatchStatus.Waiting, 0, at, at + Patience);

    /// <summary>Gives it up.</summary>
    public void GiveUp(string reason) => (Status, Problem) = (DispatchStatus.Failed, reason);
}
