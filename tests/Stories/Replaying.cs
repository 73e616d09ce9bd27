using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sarai.Host.Replay;

namespace Sarai.Stories;

public sealed class Replaying(StoryPostgres postgres) : Story(postgres)
{
    private static readonly string Invented = Path.Combine(AppContext.BaseDirectory, "Data", "stays.csv");

    [Fact]
    public void A_file_is_read_by_its_column_names_and_what_cannot_be_true_is_reported()
    {
        var file = StayFile.Read(Invented, "Seaside");
        file.Rows.Count.ShouldBe(7);
        file.OfOthers.ShouldBe(1);
        file.Impossible.Select(i => $"{i.Line}: {i.Reason}").ShouldBe(["8: 0 nights", "9: 0 guests", "10: a negative rate", "11: there is no date someday"], ignoreOrder: true);
        file.Contradictions.Select(c => c.Line).ShouldBe([3, 12], ignoreOrder: true);
        (file.Rows[0].Booked, file.Rows[0].Rate, file.Rows[2].Children).ShouldBe((new LocalDate(2024, 2, 19), 8050, 0));
    }

    [Theory]
    [InlineData("\r\n", ','), InlineData("\n", ';'), InlineData("\n", '\t')]
    public async Task Line_endings_separators_and_american_dates_make_no_difference(string ending, char separator)
    {
        var path = Path.Combine(Path.GetTempPath(), $"stays-{Guid.NewGuid():n}.csv");
        var text = (await File.ReadAllTextAsync(Invented, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").Replace("2024-03-05", "3/5/2024", StringComparison.Ordinal).Replace("\"Hill, Other\"", "Hill", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, "\uFEFF" + text.Replace(',', separator).ReplaceLineEndings(ending), TestContext.Current.CancellationToken);
        var (read, known) = (StayFile.Read(path, "Seaside"), StayFile.Read(Invented, "Seaside"));
        File.Delete(path);
        read.Rows.ShouldBe(known.Rows);
        Should.Throw<StartupProblem>(() => StayFile.Read(path, "Seaside"));
    }

    [Fact]
    public async Task After_the_replay_the_dashboard_says_what_the_file_says()
    {
        var clock = new SimulatedClock();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Sarai.Host", ContentRootPath = AppContext.BaseDirectory });
        foreach (var (key, value) in new[] { ("ConnectionStrings:Sarai", Database.ConnectionString), ("Sarai:Secrets:Key", Convert.ToBase64String(new byte[32])), ("Logging:LogLevel:Default", "Warning"), ("Sarai:Data", Path.GetTempPath()) })
            builder.Configuration[key] = value;
        await using var app = await Sarai.Host.SaraiApp.Build(builder, services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        var output = new StringWriter();
        (await ReplayCommand.Run(app, clock, StayFile.Read(Invented, "Seaside"), "Seaside", "owner@example.com", output, TestContext.Current.CancellationToken)).ShouldBe(0, output.ToString());
        output.ToString().ShouldContain("0 steps were refused");
        (await Database.Ask("select string_agg(status || ' ' || n, ', ' order by status) from (select status, count(*) as n from bookings.booking group by 1) s")).ShouldBe("Cancelled 2, Completed 4, NoShow 1");
        // Line 3 left on the fourth instead of the sixth; line 12 after one of two nights; both were charged as booked.
        (await Database.Ask("select count(*) from bookings.booking where left_at < ends_at - interval '12 hours'")).ShouldBe(2L);
        (await Database.Ask("select count(*) from bookings.booking, jsonb_array_elements(history) h where h ->> 'reason' = 'changed by the guest'")).ShouldBe(3L);
    }
}
