using BenchmarkDotNet.Attributes;

namespace Sarai.Panchang.Bench;

/// <summary>The work measured; engine/work.mjs does the first four with npm astronomy-engine.</summary>
[MemoryDiagnoser]
public class Work
{
    private const double Start = 2461041.5;
    private static readonly Place Delhi = new(28.6139, 77.209);
    private static readonly Almanac Almanac = new(Delhi, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"));
    private int turn;

    // Another year each time, so that nothing kept from the time before helps.
    private int Year => turn = (turn + 2) % 200;

    [Benchmark]
    public double MoonLongitude() => Moon.ApparentLongitude(Start + turn++ * 0.37 % 36525);

    [Benchmark]
    public double SunLongitude() => Sun.ApparentLongitude(Start + turn++ * 0.37 % 36525);

    [Benchmark]
    public double TithisOfAYear()
    {
        var from = Start + (Year - 100) * 365;
        var sum = 0.0;
        foreach (var end in Events.Crossings(Angle.Elongation, 12, from, from + 365)) sum += end.JdTt;
        return sum;
    }

    [Benchmark]
    public double HorizonOfAYear()
    {
        var from = Start + (Year - 100) * 365;
        var sum = 0.0;
        for (var day = from; day < from + 365; day++)
        {
            sum += Horizon.Sunrise(Delhi, day) ?? 0;
            sum += Horizon.Sunset(Delhi, day) ?? 0;
            sum += Horizon.Moonrise(Delhi, day) ?? 0;
            sum += Horizon.Moonset(Delhi, day) ?? 0;
        }
        return sum;
    }

    [Benchmark]
    public int PanchangOfAYear()
    {
        var year = 1930 + Year / 2;
        return Almanac.Days(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31)).Count();
    }
}
