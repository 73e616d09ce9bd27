namespace Sarai.Panchang.Tests;

public class EventRules
{
    private static readonly Angle[] All = Enum.GetValues<Angle>();

    [Fact]
    public void A_crossing_is_the_next_one_and_really_is_there()
    {
        var random = new Random(1);
        foreach (var angle in All)
        {
            for (var i = 0; i < 60; i++)
            {
                var from = 2305447.5 + random.NextDouble() * 292000;
                var target = random.NextDouble() * 360;
                var at = Events.Crossing(angle, target, from);
                at.ShouldBeGreaterThanOrEqualTo(from - 1e-8);
                Math.Abs(Degrees.WrapSigned(Events.Value(angle, at) - target)).ShouldBeLessThan(1e-6);
                (at - from).ShouldBeLessThan(angle < Angle.SunTropical ? 31 : 367);
                Events.CrossingBefore(angle, target, at + 1).ShouldBe(at, 1e-7);
            }
        }
    }

    [Fact]
    public void A_range_gives_every_multiple_in_turn()
    {
        foreach (var (angle, step, least, most) in new[]
        {
            (Angle.Elongation, 12, 370, 372), (Angle.Elongation, 6.0, 740, 744), (Angle.MoonSidereal, 360 / 27.0, 360, 362),
            (Angle.SunPlusMoonSidereal, 360 / 27.0, 387, 389), (Angle.SunSidereal, 30, 12, 13), (Angle.SunTropical, 15, 24, 25),
        })
        {
            var passages = Events.Crossings(angle, step, 2461041.5, 2461406.5).ToList();
            passages.Count.ShouldBeInRange(least, most);
            for (var i = 1; i < passages.Count; i++)
            {
                passages[i].JdTt.ShouldBeGreaterThan(passages[i - 1].JdTt);
                passages[i].Index.ShouldBe((passages[i - 1].Index + 1) % (int)Math.Round(360 / step));
                Math.Abs(Degrees.WrapSigned(Events.Value(angle, passages[i].JdTt) - passages[i].Index * step)).ShouldBeLessThan(1e-6);
            }
        }
    }

    [Fact]
    public void Ranges_meet_without_a_gap_or_a_repetition()
    {
        var whole = Events.Crossings(Angle.Elongation, 12, 2461041.5, 2461101.5).ToList();
        var cut = whole[17].JdTt;
        var parts = Events.Crossings(Angle.Elongation, 12, 2461041.5, cut).Concat(Events.Crossings(Angle.Elongation, 12, cut, 2461101.5)).ToList();
        parts.Select(passage => passage.Index).ShouldBe(whole.Select(passage => passage.Index));
    }

    [Fact]
    public void Polynomials_follow_the_series()
    {
        var random = new Random(2);
        for (var i = 0; i < 1000; i++)
        {
            var jdTt = JulianDate.First + random.NextDouble() * (JulianDate.Last - JulianDate.First);
            var elongation = Moon.ApparentLongitude(jdTt) - Sun.ApparentLongitude(jdTt);
            (Math.Abs(Degrees.WrapSigned(Events.Value(Angle.Elongation, jdTt) - elongation)) * 3600).ShouldBeLessThan(0.001);
            Moon.Apparent(jdTt).Longitude.ShouldBe(Moon.ApparentLongitude(jdTt), 1e-9);
        }
    }

    [Fact]
    public void An_answer_does_not_depend_on_what_was_asked_before()
    {
        var first = Events.Crossing(Angle.MoonSidereal, 100, 2461041.5);
        for (var day = 0; day < 200; day++) Events.Value(Angle.Elongation, 2400000.5 + day * 8);
        Events.Crossing(Angle.MoonSidereal, 100, 2461041.5).ShouldBe(first);
        double elsewhere = 0;
        var thread = new Thread(() => elsewhere = Events.Crossing(Angle.MoonSidereal, 100, 2461041.5));
        thread.Start();
        thread.Join();
        elsewhere.ShouldBe(first);
    }

    [Fact]
    public void Inner_loops_allocate_nothing()
    {
        var delhi = new Place(28.6139, 77.209);
        Year(delhi);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Year(delhi);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static double Year(Place place)
    {
        double sum = 0;
        for (var day = 2461041.5; day < 2461406.5; day++)
        {
            sum += Horizon.Sunrise(place, day) ?? 0;
            sum += Horizon.Moonset(place, day) ?? 0;
            sum += Moon.Apparent(day).Longitude + Sun.ApparentLongitude(day) + Nodes.True(day) + Earth.SiderealTime(day);
            sum += Planets.Apparent(Body.Saturn, day).Longitude + TimeScale.ToUt(day);
            sum += Events.Crossing(Angle.SunSidereal, 0, day);
        }
        foreach (var passage in Events.Crossings(Angle.Elongation, 6, 2461041.5, 2461406.5)) sum += passage.JdTt;
        return sum;
    }
}
