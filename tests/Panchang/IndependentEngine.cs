using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Sarai.Panchang.Tests;

/// <summary>
/// The same events by npm astronomy-engine in the same run. Its Moon may stray by 10″ (about 20 s of a tithi), so the
/// bounds here are its own accuracy, not ours.
/// </summary>
public class IndependentEngine
{
    private static readonly List<JsonElement> Lines = Run();

    [Fact]
    public void Every_tithi_of_three_years_ends_within_25_seconds()
    {
        var compared = 0;
        foreach (var year in Of("tithi").GroupBy(line => line.GetProperty("year").GetInt32()))
        {
            var theirs = year.Select(line => (Index: line.GetProperty("index").GetInt32(), JdTt: Tt(line))).ToList();
            var ours = Events.Crossings(Angle.Elongation, 12, theirs[0].JdTt - 0.01, theirs[^1].JdTt + 0.01).ToList();
            ours.Select(end => end.Index).ShouldBe(theirs.Select(end => end.Index));
            for (var i = 0; i < ours.Count; i++)
                (Math.Abs(ours[i].JdTt - theirs[i].JdTt) * 86400).ShouldBeLessThan(25, $"tithi end {theirs[i].Index} of {year.Key}");
            compared += ours.Count;
        }
        compared.ShouldBeGreaterThan(1100);
    }

    [Fact]
    public void Longitudes_of_Sun_and_Moon_over_two_centuries()
    {
        foreach (var line in Of("sun"))
            (Math.Abs(Degrees.WrapSigned(Sun.ApparentLongitude(Tt(line)) - line.GetProperty("degrees").GetDouble())) * 3600).ShouldBeLessThan(3);
        foreach (var line in Of("moon"))
            (Math.Abs(Degrees.WrapSigned(Moon.ApparentLongitude(Tt(line)) - line.GetProperty("degrees").GetDouble())) * 3600).ShouldBeLessThan(15);
    }

    [Fact]
    public void Sunrise_and_sunset_within_3_seconds()
    {
        var compared = 0;
        foreach (var line in Of("sunrise").Concat(Of("sunset")))
        {
            var place = new Place(line.GetProperty("latitude").GetDouble(), line.GetProperty("longitude").GetDouble());
            var from = JulianDate.J2000 + line.GetProperty("from").GetDouble();
            var theirs = JulianDate.J2000 + line.GetProperty("ut").GetDouble();
            var ours = line.GetProperty("kind").GetString() == "sunrise" ? Horizon.Sunrise(place, from) : Horizon.Sunset(place, from);
            (Math.Abs(ours!.Value - theirs) * 86400).ShouldBeLessThan(3, $"{place} {JulianDate.ToInstant(theirs)}");
            compared++;
        }
        compared.ShouldBeGreaterThan(180);
    }

    private static IEnumerable<JsonElement> Of(string kind) => Lines.Where(line => line.GetProperty("kind").GetString() == kind);

    private static double Tt(JsonElement line) => JulianDate.J2000 + line.GetProperty("tt").GetDouble();

    private static List<JsonElement> Run()
    {
        var folder = typeof(IndependentEngine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Engine").Value!;
        using var node = Process.Start(new ProcessStartInfo("node", "events.mjs") { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var lines = new List<JsonElement>();
        while (node.StandardOutput.ReadLine() is { } line) lines.Add(JsonSerializer.Deserialize<JsonElement>(line));
        node.WaitForExit();
        node.ExitCode.ShouldBe(0);
        return lines;
    }
}
