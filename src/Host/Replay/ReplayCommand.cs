using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sarai.Bookings;
using Sarai.Catalog;
using Sarai.Contracts;

namespace Sarai.Host.Replay;

/// <summary>
/// <c>replay --file bookings.csv --hotel "Name" [--owner e-mail]</c>: lives through the bookings of a file day by day with a simulated clock, through the
/// features the desk uses, and then holds the dashboard's figures against those computed from the file. Exit code 0 when they are equal, 2 when not.
/// </summary>
internal static class ReplayCommand
{
    /// <summary>Whether the arguments ask for a replay.</summary>
    public static bool IsMeant(string[] args) => args is ["replay", ..];

    /// <summary>Runs it.</summary>
    public static async Task<int> Run(string[] args)
    {
        var options = Options(args);
        var (path, hotel) = (options.GetValueOrDefault("file"), options.GetValueOrDefault("hotel"));
        if (path is null || hotel is null) throw new StartupProblem("Say what to replay: replay --file bookings.csv --hotel \"Name of the hotel\" [--owner owner@sarai.example]");
        var file = StayFile.Read(path, hotel);
        Report(file, path);
        if (file.Rows.Count == 0) throw new StartupProblem("There is nothing to replay in this file.");

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environments.Development });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var postgres = await PrivatePostgres.StartUnlessConfigured(builder);
        var clock = new SimulatedClock();
        await using var app = await SaraiApp.Build(builder, services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            // Guests of the past are not written to.
            foreach (var letter in services.Where(s => s.ImplementationInstance is Subscription { DbType: var db } && db == typeof(Notifications.NotificationsDb)).ToList()) services.Remove(letter);
        });
        clock.MoveTo(SystemClock.Instance.GetCurrentInstant());
        await Demo.AddOnce(app);
        await app.Services.GetRequiredService<OutboxDispatcher>().Drain();
        clock.Reset();
        return await Run(app, clock, file, hotel, options.GetValueOrDefault("owner") ?? "owner@sarai.example", Console.Out, CancellationToken.None);
    }

    /// <summary>Lives through a file on an application that is built but not started.</summary>
    /// <returns>0 when the dashboard agrees with the file.</returns>
    public static async Task<int> Run(WebApplication app, SimulatedClock clock, StayFile file, string hotel, string owner, TextWriter output, CancellationToken cancel)
    {
        var figures = Reckoning.Of(file.Rows);
        using var house = await House.Furnish(app.Services, hotel, owner, file.Rows, clock, cancel);
        await output.WriteLineAsync($"{hotel} has {house.Rooms} rooms of {house.Types} types. Replaying {file.Rows.Count:N0} bookings from {file.Rows.Min(r => r.Booked):uuuu-MM-dd} on.");
        var watch = Stopwatch.StartNew();
        var days = new Days(app.Services, clock, house, file.Rows);
        await days.Live(progress => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {progress} after {watch.Elapsed:mm\\:ss}")), cancel);
        await output.WriteLineAsync($"Done in {watch.Elapsed:mm\\:ss}; the house has {house.Rooms} rooms now. {days.Problems.Count} steps were refused.");
        foreach (var problem in days.Problems.Take(20)) await output.WriteLineAsync($"  {problem}");
        await using var scope = app.Services.CreateAsyncScope();
        var shown = await NightFigures.Handle(house.VenueId, figures.First.ToDateOnly(), figures.Last.ToDateOnly(), Actor.System("replay"), scope.ServiceProvider.GetRequiredService<BookingsDb>(), scope.ServiceProvider.GetRequiredService<ICatalog>(), clock, cancel);
        return Comparison.Print(figures, shown.Value, output) ? 0 : 2;
    }

    private static void Report(StayFile file, string path)
    {
        Console.WriteLine($"{path}: {file.Rows.Count:N0} bookings{(file.OfOthers > 0 ? $", {file.OfOthers:N0} rows of other hotels left out" : "")}.");
        Console.WriteLine($"{file.Impossible.Count} rows cannot be true or cannot be read, and are not replayed:");
        foreach (var group in file.Impossible.GroupBy(i => i.Reason).OrderByDescending(g => g.Count())) Console.WriteLine($"  {group.Key}: {group.Count()} (lines {string.Join(", ", group.Select(g => g.Line))})");
        Console.WriteLine($"{file.Contradictions.Count} rows contradict themselves in a detail, and are replayed as said:");
        foreach (var (line, reason) in file.Contradictions) Console.WriteLine($"  line {line}: {reason}");
    }

    private static Dictionary<string, string> Options(string[] args)
    {
        var options = new Dictionary<string, string>();
        for (var i = 1; i + 1 < args.Length; i += 2) options[args[i].TrimStart('-')] = args[i + 1];
        return options;
    }
}
