namespace Sarai.Stays;

/// <summary>How a room is at this moment. It follows from the claims, the guests in the house and housekeeping; nothing of the future is kept here.</summary>
public enum RoomState
{
    /// <summary>Ready, and nobody has it tonight.</summary>
    Available,

    /// <summary>Somebody is booking it for tonight and has not paid yet.</summary>
    Locked,

    /// <summary>Booked for tonight; the guest has not come.</summary>
    Booked,

    /// <summary>A guest is in it.</summary>
    Occupied,

    /// <summary>It waits for housekeeping or is being cleaned.</summary>
    Cleaning,

    /// <summary>Out of order.</summary>
    Maintenance,
}

/// <summary>What housekeeping says of a room.</summary>
public enum Condition
{
    /// <summary>Clean and inspected.</summary>
    Ready,

    /// <summary>A guest has left it; nobody has begun.</summary>
    Dirty,

    /// <summary>Somebody is at it.</summary>
    Cleaning,

    /// <summary>Clean, to be looked at.</summary>
    Inspection,

    /// <summary>Out of order.</summary>
    Maintenance,
}

/// <summary>The rules of a room's states: what state follows from the facts, and which moves there are.</summary>
public static class RoomStates
{
    private static readonly HashSet<(RoomState, RoomState)> Moves =
    [
        (RoomState.Available, RoomState.Locked), (RoomState.Locked, RoomState.Booked), (RoomState.Booked, RoomState.Occupied), (RoomState.Occupied, RoomState.Cleaning),
        (RoomState.Cleaning, RoomState.Available), (RoomState.Locked, RoomState.Available), (RoomState.Booked, RoomState.Available), (RoomState.Cleaning, RoomState.Maintenance),
        (RoomState.Available, RoomState.Maintenance), (RoomState.Maintenance, RoomState.Cleaning),
    ];

    /// <summary>Whether a room may go from one state to the other.</summary>
    public static bool Allows(RoomState from, RoomState to) => Moves.Contains((from, to));

    /// <summary>The refusal of a move that does not exist.</summary>
    public static Fault Wrong(RoomState from, RoomState to) => Fault.Conflict("wrong_move", from == to
        ? $"The room is already {Word(from)}."
        : $"A room that is {Word(from)} cannot become {Word(to)}. From there it can become {string.Join(" or ", Moves.Where(m => m.Item1 == from).Select(m => Word(m.Item2)))}.");

    /// <summary>The state that follows from the facts.</summary>
    /// <param name="condition">What housekeeping says.</param>
    /// <param name="tonight">What the ledger has for the room from now to the end of the local day.</param>
    public static RoomState Of(Condition condition, IEnumerable<RoomNight> tonight)
    {
        var statuses = tonight.Select(n => n.Status).ToList();
        if (statuses.Contains(BookingStatus.CheckedIn)) return RoomState.Occupied;
        if (condition == Condition.Maintenance) return RoomState.Maintenance;
        if (condition != Condition.Ready) return RoomState.Cleaning;
        return statuses.Contains(BookingStatus.Confirmed) ? RoomState.Booked : statuses.Contains(BookingStatus.Held) ? RoomState.Locked : RoomState.Available;
    }

    /// <summary>The word people use.</summary>
    public static string Word(RoomState state) => state switch { RoomState.Maintenance => "out of order", _ => state.ToString().ToLowerInvariant() };
}
