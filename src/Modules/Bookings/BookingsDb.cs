using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sarai.Bookings;

/// <summary>The tables of Bookings. Claims are written by plain SQL only; see <see cref="Claims"/>.</summary>
public sealed class BookingsDb(DbContextOptions<BookingsDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    private readonly HashSet<Guid> _locked = [];
    private readonly List<Guid> _kept = [];

    /// <summary>Bookings.</summary>
    public DbSet<Booking> Bookings => Set<Booking>();

    /// <summary>Blocks: courts closed for a time.</summary>
    public DbSet<Block> Blocks => Set<Block>();

    /// <summary>Guests who wait for a slot.</summary>
    public DbSet<WaitlistEntry> Waitlist => Set<WaitlistEntry>();

    /// <summary>What clubs know of guests.</summary>
    public DbSet<Customer> Customers => Set<Customer>();

    /// <summary>Reads a booking and locks its row until the transaction ends, so that two changes of one booking queue.</summary>
    public async Task<Booking?> Lock(Guid bookingId, CancellationToken cancel) =>
        (_locked.Contains(bookingId) ? Bookings.Local.FindEntry(bookingId)?.Entity : null)
        ?? await Bookings.FromSql($"select * from bookings.booking where id = {bookingId} for update").FirstOrDefaultAsync(cancel);

    /// <summary>Locks several bookings in one round trip; <see cref="Lock"/> then answers from memory for the rest of this transaction. In the order of their ids, so that two such calls queue and never cross.</summary>
    internal async Task LockAll(IEnumerable<Guid> bookingIds, CancellationToken cancel)
    {
        var ids = bookingIds.Distinct().ToArray();
        _locked.UnionWith(ids);
        await Bookings.FromSql($"select * from bookings.booking where id = any({ids}) order by id for update").LoadAsync(cancel);
    }

    /// <summary>Makes a booking's claims firm together with what is saved next.</summary>
    internal void Keep(Guid bookingId) => _kept.Add(bookingId);

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        if (_kept.Count == 0) return rows;
        var kept = _kept.ToArray();
        _kept.Clear();
        await Database.ExecuteSqlAsync($"update bookings.claim set expires_at = null where booking_id = any({kept})", cancellationToken);
        return rows;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        base.Forget();
        _locked.Clear();
        _kept.Clear();
    }

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        var booking = model.Entity<Booking>().ToTable("booking");
        booking.Ignore(b => b.During);
        Document(booking.Property(b => b.Resources));
        Document(booking.Property(b => b.Lines));
        Document(booking.Property(b => b.Policy));
        Document(booking.Property(b => b.History));
        Document(booking.Property(b => b.Units));
        booking.Ignore(b => b.Nights);
        model.Entity<Block>().ToTable("block");
        model.Entity<WaitlistEntry>().ToTable("waitlist");
        model.Entity<Customer>().ToTable("customer").HasKey(c => new { c.OrganisationId, c.UserId });
    }

    // Documents are replaced as a whole, never changed inside, so their text tells whether they changed.
    private static void Document<T>(PropertyBuilder<T> property) => property.HasColumnType("jsonb").HasConversion(
        value => JsonSerializer.Serialize(value, Json.Options), text => JsonSerializer.Deserialize<T>(text, Json.Options)!,
        new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => value!.GetHashCode(), value => value));
}

/// <summary>Courts closed for a time: maintenance, an event, a tournament.</summary>
public sealed class Block : IOwned
{
    /// <summary>The block.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Where.</summary>
    public Guid VenueId { get; init; }

    /// <summary>Which resources.</summary>
    public Guid[] ResourceIds { get; init; } = [];

    /// <summary>From, UTC.</summary>
    public Instant StartsAt { get; init; }

    /// <summary>To, UTC.</summary>
    public Instant EndsAt { get; init; }

    /// <summary>Why, for staff.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who made it.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }
}

/// <summary>What a club knows of a guest.</summary>
public sealed class Customer : IOwned
{
    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The guest's account.</summary>
    public Guid UserId { get; init; }

    /// <summary>The staff's notes.</summary>
    public string Notes { get; set; } = "";

    /// <summary>The staff's tags.</summary>
    public string[] Tags { get; set; } = [];

    /// <summary>Until when the guest may not book here, or null.</summary>
    public Instant? BlockedUntil { get; set; }

    /// <summary>Why the guest may not book here.</summary>
    public string? BlockedReason { get; set; }
}
