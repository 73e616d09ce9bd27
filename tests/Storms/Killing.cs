using System.Diagnostics;
using Npgsql;
using Sarai.Postgres;

namespace Sarai.Storms;

/// <summary>
/// The application is a process, PostgreSQL is durable, guests hold, pay and cancel without pause, and one of the two is killed again and again at moments
/// nobody chose.
/// </summary>
public abstract class Killing(StoryPostgres postgres) : World(postgres)
{
    private const int Guests = 16;
    private const int FewestKills = 3;

    private readonly MailServer _mail = new();
    private ThrowAwayPostgres? _server;
    private AppProcess? _process;

    protected ThrowAwayPostgres Server => _server!;

    protected AppProcess Process => _process!;

    public override async ValueTask InitializeAsync()
    {
        _server = await ThrowAwayPostgres.Start(durable: true);
        Database = new TestDatabase(_server, "postgres");
        _process = await AppProcess.Start(Settings());
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _mail.Dispose();
        // The database goes with its server.
        Database = null!;
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Uri AddressOf(RunningApp? node) => Process.Address;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings["Sarai:Smtp:Host"] = "127.0.0.1";
        settings["Sarai:Smtp:Port"] = $"{_mail.Port}";
        settings["Sarai:Smtp:Tls"] = "false";
        settings["Sarai:Smtp:From"] = "house@example.com";
        settings["Sarai:Data"] = Path.Combine(Path.GetTempPath(), $"sarai-storm-{Environment.ProcessId}");
        settings["Logging:LogLevel:Microsoft.AspNetCore.Diagnostics"] = "None";
    }

    protected async Task Storm(Func<Task> killAndStartAgain)
    {
        var dice = new Random(Weather.Seed);
        var club = await OpenClub(courts: 6, policy: new { payAtDesk = true, holdMinutes = 1 });
        var guests = await Task.WhenAll(Enumerable.Range(0, Guests).Select(_ => Guest()));
        var tomorrow = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(2));
        var crowd = new Crowd(club, guests, [.. Enumerable.Range(0, 12).Select(tomorrow.AddDays)], Weather.Seed);
        using var over = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var living = crowd.Run(over.Token);
        var kills = 0;
        try
        {
            for (; kills < Weather.Kills && (kills < FewestKills || watch.Elapsed < Weather.Patience) && !living.IsCompleted; kills++)
            {
                await Task.Delay(dice.Next(100, 900));
                await killAndStartAgain();
            }
        }
        finally
        {
            await over.CancelAsync();
        }
        await living;
        var stormy = watch.Elapsed;
        await Truth.ComesToRest(Database);
        Weather.Report(
            $"{GetType().Name}: {kills} kills in {stormy.TotalSeconds:F0} s, {crowd.Booked.Count} bookings, {crowd.Paid.Count} payments and {crowd.Cancelled.Count} cancellations acknowledged, " +
            $"{crowd.Doubts} times in doubt, {_mail.Seen.Count} mails, at rest after {(watch.Elapsed - stormy).TotalSeconds:F1} s; the application starts in {Process.Starts.Average(s => s.TotalSeconds):F1} s");
        try
        {
            kills.ShouldBeGreaterThanOrEqualTo(Math.Min(FewestKills, Weather.Kills));
            await Truth.EveryPromiseIsKept(Database, crowd);
            await Truth.NothingIsSoldTwice(Database);
            await Truth.NoMoneyIsLost(Database);
            await Truth.NobodyHearsTwice(Database, _mail);
        }
        catch (ShouldAssertException broken)
        {
            throw new ShouldAssertException($"{broken.Message}\n(seed {Weather.Seed})\n{Process.Log}", broken);
        }
    }
}

public sealed class KillingTheApp(StoryPostgres postgres) : Killing(postgres)
{
    [Fact]
    public Task Nothing_acknowledged_is_lost_when_the_application_is_killed_at_random_moments() => Storm(async () =>
    {
        Process.Kill();
        await Process.Restart();
    });
}

public sealed class KillingPostgres(StoryPostgres postgres) : Killing(postgres)
{
    [Fact]
    public Task Nothing_acknowledged_is_lost_when_PostgreSQL_is_killed_at_random_moments() => Storm(async () =>
    {
        Server.Kill();
        await Server.Restart();
        await using var ours = new NpgsqlConnection(Database.ConnectionString);
        NpgsqlConnection.ClearPool(ours);
    });
}
