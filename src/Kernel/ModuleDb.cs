using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Kernel;

/// <summary>A row that belongs to one organisation; the tenancy filter keeps other organisations from seeing it.</summary>
public interface IOwned
{
    /// <summary>The organisation that owns the row.</summary>
    Guid OrganisationId { get; }
}

/// <summary>
/// The base of every module's database: its own schema, snake_case names, NodaTime types, the outbox, the inbox, idempotency keys and the audit log.
/// </summary>
public abstract partial class ModuleDb(DbContextOptions options, ModuleDbContext context) : DbContext(options)
{
    private bool _published;

    /// <summary>The module's name and schema.</summary>
    public string Module => context.Module;

    /// <summary>The data source, for the reads and writes that are plain SQL.</summary>
    public NpgsqlDataSource Source => context.Source;

    /// <summary>
    /// When set, queries of <see cref="IOwned"/> rows see this organisation only. Features that work for staff set it right after
    /// <see cref="Actor.Barred"/> let them through.
    /// </summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>Events waiting for delivery.</summary>
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    /// <summary>What staff changed.</summary>
    public DbSet<AuditRow> AuditLog => Set<AuditRow>();

    /// <summary>Writes an event into the outbox; it is saved, and so delivered, exactly when the rest of the change is.</summary>
    public void Publish(IEvent happened)
    {
        Outbox.Add(OutboxRow.Of(happened, context.Clock.Now()));
        _published = true;
    }

    /// <summary>The command that writes an event into the outbox, for features that save by a batch of plain SQL. They call <see cref="Announce"/> after it.</summary>
    public NpgsqlBatchCommand Publishing(IEvent happened)
    {
        var row = OutboxRow.Of(happened, context.Clock.Now());
        return new NpgsqlBatchCommand($"insert into {Module}.outbox (at, event_id, key, name, body, trace) values ($1, $2, $3, $4, $5, $6)")
        {
            Parameters =
            {
                new() { Value = row.At.ToDateTimeUtc() }, new() { Value = row.EventId }, new() { Value = row.Key }, new() { Value = row.Name },
                new() { Value = row.Body, NpgsqlDbType = NpgsqlDbType.Json }, new() { Value = (object?)row.Trace ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    /// <summary>Records a change by staff: who, what, before and after, and from where.</summary>
    /// <param name="actor">Who did it.</param>
    /// <param name="organisationId">Whose data it was.</param>
    /// <param name="action">The <c>verb:noun</c> that was done.</param>
    /// <param name="subject">What it was done to.</param>
    /// <param name="before">The state before, or null for something new.</param>
    /// <param name="after">The state after, or null for something removed.</param>
    public void Audit(Actor actor, Guid? organisationId, string action, Guid subject, object? before, object? after) => AuditLog.Add(new AuditRow
    {
        Id = Guid.CreateVersion7(),
        At = context.Clock.Now(),
        OrganisationId = organisationId,
        ActorId = actor.UserId,
        ActorName = actor.Name,
        Ip = actor.Ip,
        Action = action,
        Subject = subject,
        Before = before is null ? null : JsonSerializer.Serialize(before, Json.Options),
        After = after is null ? null : JsonSerializer.Serialize(after, Json.Options),
    });

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        if (_published && Database.CurrentTransaction is null) Announce();
        return rows;
    }

    /// <summary>
    /// Runs a unit of work in one transaction, or inside the one that is already open. A deadlock or a serialisation failure is tried once more.
    /// Return a faulty <see cref="Answer{T}"/> to roll back.
    /// </summary>
    public async Task<Answer<T>> InTransaction<T>(Func<Task<Answer<T>>> work, CancellationToken cancel) where T : notnull
    {
        if (Database.CurrentTransaction is not null) return await work();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await Database.BeginTransactionAsync(cancel);
                var answer = await work();
                if (!answer.Ok)
                {
                    Forget();
                    return answer;
                }
                await SaveChangesAsync(cancel);
                await transaction.CommitAsync(cancel);
                if (_published) Announce();
                return answer;
            }
            catch (Exception conflict) when (attempt == 1 && IsTransient(conflict))
            {
                Forget();
            }
        }
    }

    /// <summary>Drops everything that a transaction left in memory when it was rolled back.</summary>
    protected virtual void Forget()
    {
        ChangeTracker.Clear();
        _published = false;
    }

    /// <summary>Whether PostgreSQL refused because two transactions met (40P01 deadlock, 40001 serialisation) and trying again makes sense.</summary>
    public static bool IsTransient(Exception problem) =>
        (problem as PostgresException ?? problem.InnerException as PostgresException)?.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>Tells the dispatcher of this node that events wait. Plain-SQL features call it after they commit.</summary>
    public void Announce()
    {
        _published = false;
        context.Signal.Wake(Module);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Instant>().HaveConversion<InstantConverter>().HaveColumnType("timestamptz");
        configurationBuilder.Properties<Instant?>().HaveConversion<InstantConverter>().HaveColumnType("timestamptz");
        configurationBuilder.Properties<LocalDate>().HaveConversion<LocalDateConverter>().HaveColumnType("date");
        configurationBuilder.Properties<LocalDate?>().HaveConversion<LocalDateConverter>().HaveColumnType("date");
        configurationBuilder.Properties<LocalTime>().HaveConversion<LocalTimeConverter>().HaveColumnType("time");
        configurationBuilder.Properties<LocalTime?>().HaveConversion<LocalTimeConverter>().HaveColumnType("time");
        configurationBuilder.Properties<Interval>().HaveConversion<IntervalConverter>().HaveColumnType("tstzrange");
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Conventions.Add(_ => new SnakeCase());
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(context.Module);
        modelBuilder.Entity<OutboxRow>().ToTable("outbox").HasKey(o => o.Id);
        modelBuilder.Entity<OutboxRow>().Property(o => o.Id).ValueGeneratedOnAdd();
        modelBuilder.Entity<OutboxRow>().Property(o => o.Body).HasColumnType("json");
        var audit = modelBuilder.Entity<AuditRow>().ToTable("audit");
        audit.HasKey(a => new { a.At, a.Id });
        audit.Property(a => a.Before).HasColumnType("jsonb");
        audit.Property(a => a.After).HasColumnType("jsonb");
        Tables(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => typeof(IOwned).IsAssignableFrom(e.ClrType) && e.BaseType is null).ToList())
            typeof(ModuleDb).GetMethod(nameof(Own), System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
                .MakeGenericMethod(entity.ClrType).Invoke(this, [modelBuilder]);
    }

    /// <summary>The module's own tables.</summary>
    protected abstract void Tables(ModelBuilder model);

    private void Own<T>(ModelBuilder model) where T : class, IOwned =>
        model.Entity<T>().HasQueryFilter("tenant", row => OrganisationId == null || row.OrganisationId == OrganisationId);

    private sealed class InstantConverter() : ValueConverter<Instant, DateTime>(i => i.ToDateTimeUtc(), d => Instant.FromDateTimeUtc(DateTime.SpecifyKind(d, DateTimeKind.Utc)));

    private sealed class LocalDateConverter() : ValueConverter<LocalDate, DateOnly>(d => d.ToDateOnly(), d => LocalDate.FromDateOnly(d));

    private sealed class LocalTimeConverter() : ValueConverter<LocalTime, TimeOnly>(t => t.ToTimeOnly(), t => LocalTime.FromTimeOnly(t));

    private sealed class IntervalConverter() : ValueConverter<Interval, NpgsqlRange<DateTime>>(
        i => new NpgsqlRange<DateTime>(i.Start.ToDateTimeUtc(), true, i.End.ToDateTimeUtc(), false),
        r => new Interval(Instant.FromDateTimeUtc(r.LowerBound), Instant.FromDateTimeUtc(r.UpperBound)));

    private sealed partial class SnakeCase : IModelFinalizingConvention
    {
        public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
        {
            foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
            {
                if (entity.IsMappedToJson()) continue;
                if (entity.GetTableName() is { } table && entity.BaseType is null && !entity.IsOwned()) entity.SetTableName(Snake(table));
                foreach (var property in entity.GetProperties()) Rename(property);
                foreach (var complex in entity.GetComplexProperties())
                {
                    foreach (var property in complex.ComplexType.GetProperties()) Rename(property);
                }
            }
        }

        private static void Rename(IConventionProperty property)
        {
            if (property.GetColumnName() is { } name && name != "xmin") property.SetColumnName(Snake(name));
        }

        private static string Snake(string name) => Hump().Replace(name, "$1_$2").ToLowerInvariant();

        [GeneratedRegex("([a-z0-9])([A-Z])")]
        private static partial Regex Hump();
    }
}

/// <summary>What a <see cref="ModuleDb"/> needs beside EF's options.</summary>
/// <param name="Module">The module's name and schema.</param>
/// <param name="Source">Its connections.</param>
/// <param name="Clock">The time.</param>
/// <param name="Signal">Wakes the dispatcher after a commit.</param>
public sealed record ModuleDbContext(string Module, NpgsqlDataSource Source, TimeProvider Clock, OutboxSignal Signal);

/// <summary>An event in the outbox.</summary>
public sealed class OutboxRow
{
    /// <summary>When it happened.</summary>
    public Instant At { get; init; }

    /// <summary>The order inside the module; given by the database.</summary>
    public long Id { get; init; }

    /// <summary>The event's own id, the same on every delivery; subscribers keep it in their inbox.</summary>
    public Guid EventId { get; init; }

    /// <summary>The aggregate; events of one key are delivered in order.</summary>
    public Guid Key { get; init; }

    /// <summary>The event's name outward.</summary>
    public string Name { get; init; } = "";

    /// <summary>The event as JSON.</summary>
    public string Body { get; init; } = "";

    /// <summary>The W3C trace parent of the request that published it, so that a trace goes on through the outbox.</summary>
    public string? Trace { get; init; }

    /// <summary>Makes the row of an event.</summary>
    public static OutboxRow Of(IEvent happened, Instant at) => new()
    {
        At = at,
        EventId = Guid.CreateVersion7(),
        Key = happened.Key,
        Name = EventNameAttribute.Of(happened.GetType()),
        Body = JsonSerializer.Serialize(happened, happened.GetType(), Json.Options),
        Trace = Activity.Current?.Id,
    };
}

/// <summary>A change by staff.</summary>
public sealed class AuditRow
{
    /// <summary>When.</summary>
    public Instant At { get; init; }

    /// <summary>The entry's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose data, if it is an organisation's.</summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>Who, or null for the system.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The actor's name at the time.</summary>
    public string ActorName { get; init; } = "";

    /// <summary>From where.</summary>
    public string Ip { get; init; } = "";

    /// <summary>What was done, as <c>verb:noun</c>.</summary>
    public string Action { get; init; } = "";

    /// <summary>To what.</summary>
    public Guid Subject { get; init; }

    /// <summary>The state before, as JSON.</summary>
    public string? Before { get; init; }

    /// <summary>The state after, as JSON.</summary>
    public string? After { get; init; }
}
