using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sarai.Memberships;

/// <summary>A member as the price needs them.</summary>
/// <param name="Id">The membership.</param>
/// <param name="Tier">The tier.</param>
/// <param name="WindowDays">How many days ahead, or null.</param>
/// <param name="Until">Until when.</param>
public sealed record Member(Guid Id, string Tier, int? WindowDays, Instant Until);

/// <summary>
/// Who is a member where, in memory, so that the many who are not cost nothing. A change on this node is known when its answer goes out, or when its event was
/// delivered; other nodes are told by NOTIFY, and read everything anew after they lost the connection. What a member gets is then decided in the database.
/// </summary>
public sealed class Members([FromKeyedServices("memberships")] ModuleDbContext database, IServiceScopeFactory scopes, ILogger<Members> log) : BackgroundService
{
    private const string Channel = "sarai_members";
    private readonly ConcurrentDictionary<(Guid Organisation, Guid Guest), Member> _members = new();
    private readonly ConcurrentDictionary<Guid, bool> _sellers = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile bool _loaded;

    /// <summary>The membership of a guest, or null.</summary>
    public async ValueTask<Member?> Find(Guid organisation, Guid guest, Instant at, CancellationToken cancel)
    {
        if (!_loaded) await LoadAll(cancel);
        return _members.TryGetValue((organisation, guest), out var member) && at < member.Until ? member : null;
    }

    /// <summary>Whether an organisation has anything on sale, or had.</summary>
    public async ValueTask<bool> Sells(Guid organisation, CancellationToken cancel)
    {
        if (!_loaded) await LoadAll(cancel);
        return _sellers.ContainsKey(organisation);
    }

    /// <summary>An organisation has something on sale.</summary>
    public void Sell(Guid organisation) => _sellers[organisation] = true;

    /// <summary>Reads a guest's membership anew, after it changed.</summary>
    public async Task Reload(Guid organisation, Guid guest, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var membership = await scope.ServiceProvider.GetRequiredService<MembershipsDb>().Memberships.AsNoTracking()
            .FirstOrDefaultAsync(m => m.OrganisationId == organisation && m.GuestId == guest && m.Status != MembershipStatus.Ended, cancel);
        if (membership is null) _members.TryRemove((organisation, guest), out _);
        else _members[(organisation, guest)] = Of(membership);
    }

    /// <summary>Tells the other nodes of a changed membership, inside the transaction of the change.</summary>
    public static Task Tell(MembershipsDb db, Membership membership, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"select pg_notify({Channel}, {$"{membership.OrganisationId} {membership.GuestId}"})", cancel);

    /// <summary>Tells the other nodes that an organisation has something on sale.</summary>
    public static Task TellSells(MembershipsDb db, Guid organisation, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"select pg_notify({Channel}, {organisation.ToString()})", cancel);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Listening.Forever(database.Source, Channel, cancel => LoadAll(cancel, again: true), () => _loaded = false, Hear, log, stoppingToken);

    private Task Hear(string news, CancellationToken cancel)
    {
        if (news.Split(' ') is [var organisation, var guest]) return Reload(Guid.Parse(organisation), Guid.Parse(guest), cancel);
        Sell(Guid.Parse(news));
        return Task.CompletedTask;
    }

    private async Task LoadAll(CancellationToken cancel, bool again = false)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            if (_loaded && !again) return;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<MembershipsDb>();
            var (before, known) = (_members.Keys.ToHashSet(), new HashSet<(Guid, Guid)>());
            await foreach (var membership in db.Memberships.AsNoTracking().Where(m => m.Status != MembershipStatus.Ended).AsAsyncEnumerable().WithCancellation(cancel))
            {
                _members[(membership.OrganisationId, membership.GuestId)] = Of(membership);
                known.Add((membership.OrganisationId, membership.GuestId));
            }
            foreach (var gone in before.Except(known)) _members.TryRemove(gone, out _);
            foreach (var seller in await db.Plans.AsNoTracking().Select(p => p.OrganisationId).Distinct().ToListAsync(cancel)) Sell(seller);
            _loaded = true;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static Member Of(Membership m) => new(m.Id, m.Tier, m.WindowDays, m.Until);
}
