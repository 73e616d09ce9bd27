namespace Sarai.Panchang;

/// <summary>One tradition's fast on an ekadashi.</summary>
/// <param name="Date">The day of the fast.</param>
/// <param name="Reason">Why this day, in one English sentence.</param>
/// <param name="ParanaFrom">When the fast may be broken, on the next day.</param>
/// <param name="ParanaTo">Until when it should be broken.</param>
/// <param name="ParanaReason">What decides those times.</param>
public sealed record EkadashiFast(DateOnly Date, string Reason, DateTimeOffset? ParanaFrom, DateTimeOffset? ParanaTo, string ParanaReason);
