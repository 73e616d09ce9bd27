using Microsoft.EntityFrameworkCore;

namespace Sarai.Stays;

/// <summary>The tables of the hotel trade.</summary>
public sealed class StaysDb(DbContextOptions<StaysDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>What housekeeping says of rooms; a room without a row is ready.</summary>
    public DbSet<Room> Rooms => Set<Room>();

    /// <summary>Every move of a room's state.</summary>
    public DbSet<RoomMove> Moves => Set<RoomMove>();

    /// <summary>Holds that are about to lapse.</summary>
    public DbSet<RoomLock> Locks => Set<RoomLock>();

    /// <summary>What guests say.</summary>
    public DbSet<Review> Reviews => Set<Review>();

    /// <summary>The lines of folios.</summary>
    public DbSet<FolioLine> FolioLines => Set<FolioLine>();

    /// <summary>What was last said of events in rooms' calendars.</summary>
    public DbSet<FeedEvent> FeedEvents => Set<FeedEvent>();

    /// <summary>Calendars of other sites.</summary>
    public DbSet<Subscribed> Subscriptions => Set<Subscribed>();

    /// <summary>Events of other sites.</summary>
    public DbSet<ImportedEvent> ImportedEvents => Set<ImportedEvent>();

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        model.Entity<Review>().ToTable("review");
        model.Entity<FolioLine>().ToTable("folio_line");
        model.Entity<FeedEvent>().ToTable("feed_event").HasKey(e => new { e.ResourceId, e.Uid });
        model.Entity<Subscribed>().ToTable("subscription");
        model.Entity<ImportedEvent>().ToTable("imported_event").HasKey(e => new { e.SubscriptionId, e.Uid });
        model.Entity<Room>().ToTable("room").HasKey(r => r.ResourceId);
        model.Entity<RoomMove>().ToTable("room_move");
        model.Entity<RoomLock>().ToTable("room_lock").HasKey(l => l.BookingId);
    }

    /// <summary>The room's row, made when there is none, locked until the transaction ends.</summary>
    public async Task<Room> LockRoom(VenueInfo venue, Guid resourceId, CancellationToken cancel)
    {
        await Database.ExecuteSqlAsync($"""
            insert into stays.room (resource_id, venue_id, organisation_id, condition, note) values ({resourceId}, {venue.Id}, {venue.OrganisationId}, 'Ready', '') on conflict do nothing
            """, cancel);
        return await Rooms.FromSql($"select * from stays.room where resource_id = {resourceId} for update").FirstAsync(cancel);
    }
}

/// <summary>What housekeeping says of a room.</summary>
public sealed class Room : IOwned
{
    /// <summary>The room.</summary>
    public Guid ResourceId { get; init; }

    /// <summary>Its hotel.</summary>
    public Guid VenueId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Its condition.</summary>
    public Condition Condition { get; set; }

    /// <summary>What housekeeping wrote.</summary>
    public string Note { get; set; } = "";

    /// <summary>The block in the ledger while it is out of order, or null.</summary>
    public Guid? BlockId { get; set; }

    /// <summary>Who changed it last.</summary>
    public string? ChangedBy { get; set; }

    /// <summary>When it changed last.</summary>
    public Instant? ChangedAt { get; set; }
}

/// <summary>A move of a room's state: who, why, when.</summary>
public sealed class RoomMove : IOwned
{
    /// <summary>The move.</summary>
    public Guid Id { get; init; }

    /// <summary>The room.</summary>
    public Guid ResourceId { get; init; }

    /// <summary>Its hotel.</summary>
    public Guid VenueId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The state before.</summary>
    public RoomState FromState { get; init; }

    /// <summary>The state after.</summary>
    public RoomState ToState { get; init; }

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When.</summary>
    public Instant At { get; init; }
}

/// <summary>A hold whose guest is warned before it lapses.</summary>
public sealed class RoomLock
{
    /// <summary>The booking.</summary>
    public Guid BookingId { get; init; }

    /// <summary>Whose.</summary>
    public Guid GuestId { get; init; }

    /// <summary>When it lapses.</summary>
    public Instant ExpiresAt { get; init; }

    /// <summary>Whether the guest was warned.</summary>
    public bool Warned { get; set; }
}
