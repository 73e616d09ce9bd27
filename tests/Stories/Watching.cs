using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sarai.Stories;

/// <summary>What ships in <c>deploy/</c> to watch Sarai with fits what Sarai shows.</summary>
public sealed partial class Watching(StoryPostgres postgres) : MoneyWorld(postgres)
{
    private static readonly string Root = typeof(Watching).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Root").Value!;

    /// <summary>Words of the query language that are no metrics, and labels that Prometheus adds or we name.</summary>
    private static readonly HashSet<string> Words =
    [
        "sum", "rate", "increase", "min", "max", "by", "absent", "histogram_quantile", "topk", "le", "module", "job", "event", "outcome", "method", "route", "status_code", "event_type", "currency", "type",
        "instance", "db_client_connection_state", "e6",
    ];

    [Fact]
    public async Task Every_alert_is_whole_and_asks_for_metrics_that_exist()
    {
        var shown = await Shown();
        var rules = Rules(await File.ReadAllLinesAsync(Path.Combine(Root, "deploy/alerts.yml"), TestContext.Current.CancellationToken));
        rules.Count.ShouldBeGreaterThan(10);
        rules.Select(r => r["alert"]).ShouldBeUnique();
        foreach (var rule in rules)
        {
            rule.Keys.ShouldBeSubsetOf(["alert", "expr", "for", "labels", "annotations", "summary", "description"], rule["alert"]);
            rule["labels"].ShouldMatch("^{ severity: (critical|warning) }$");
            rule["summary"].ShouldNotBeEmpty();
            rule["description"].ShouldMatch("^\".+\"$");
            if (rule.TryGetValue("for", out var time)) time.ShouldMatch("^[0-9]+m$");
            Fits(rule["expr"], rule["alert"], shown);
        }
        // The rules the owner's document asks for.
        foreach (var asked in new[] { "SaraiErrorRate", "SaraiPaymentSuccess", "SaraiConnectionPoolExhausted", "SaraiSlow", "SaraiErrorRateRises", "SaraiCpu" }) rules.ShouldContain(r => r["alert"] == asked);
    }

    [Fact]
    public async Task Every_panel_of_the_dashboard_asks_for_metrics_that_exist()
    {
        var shown = await Shown();
        var board = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Root, "deploy/grafana/sarai.json"), TestContext.Current.CancellationToken)).RootElement;
        var panels = board.GetProperty("panels").EnumerateArray().ToList();
        panels.Select(p => p.GetProperty("id").GetInt32()).ShouldBeUnique();
        foreach (var panel in panels)
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray()) Fits(target.GetProperty("expr").GetString()!, panel.GetProperty("title").GetString()!, shown);
        }
    }

    private async Task<HashSet<string>> Shown()
    {
        // Counters appear when they are first counted; here all of them are to be known.
        foreach (var type in AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name!.StartsWith("Sarai.", StringComparison.Ordinal)).SelectMany(a => a.GetTypes())
            .Where(t => !t.ContainsGenericParameters && t.GetFields(BindingFlags.Static | BindingFlags.NonPublic).Any(f => f.FieldType == typeof(Meter)))) RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        await OpenClub();
        await Pass(Duration.FromSeconds(1));
        var page = Exposition.Read((await Visitor.Get("/metrics")).Is(HttpStatusCode.OK).Text);
        return [.. page.Families.SelectMany(f => f.Value.Type == "histogram" ? [$"{f.Key}_bucket", $"{f.Key}_sum", $"{f.Key}_count"] : new[] { f.Key })];
    }

    private static void Fits(string expression, string where, HashSet<string> shown)
    {
        expression.Count(c => c == '(').ShouldBe(expression.Count(c => c == ')'), where);
        expression.Count(c => c == '{').ShouldBe(expression.Count(c => c == '}'), where);
        var names = Name().Matches(Quoted().Replace(expression, "")).Select(m => m.Value).Where(n => !Words.Contains(n)).ToList();
        names.ShouldNotBeEmpty(where);
        names.Where(n => !shown.Contains(n)).ShouldBeEmpty(where);
    }

    // The file keeps to one shape, so that a page of YAML needs no library: two spaces a level, one key a line.
    private static List<Dictionary<string, string>> Rules(string[] lines)
    {
        var rules = new List<Dictionary<string, string>>();
        foreach (var line in lines.Where(l => !l.TrimStart().StartsWith('#') && l.Length > 0))
        {
            line.ShouldNotContain("\t");
            ((line.Length - line.TrimStart().Length) % 2).ShouldBe(0, line);
            var text = line.TrimStart(' ', '-');
            if (text is "groups:" or "rules:" || text.StartsWith("name: ", StringComparison.Ordinal)) continue;
            var (key, value) = text.Split(':', 2) is [var k, var v] ? (k, v.Trim()) : throw new ShouldAssertException(line);
            if (key == "alert") rules.Add([]);
            rules[^1].TryAdd(key, value).ShouldBeTrue(line);
        }
        return rules;
    }

    [GeneratedRegex("[a-zA-Z_][a-zA-Z0-9_]*")]
    private static partial Regex Name();

    [GeneratedRegex("\"[^\"]*\"|\\[[0-9]+[mh]\\]")]
    private static partial Regex Quoted();
}
