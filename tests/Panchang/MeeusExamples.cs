namespace Sarai.Panchang.Tests;

/// <summary>Worked examples of Jean Meeus, Astronomical Algorithms, second edition.</summary>
public class MeeusExamples
{
    [Fact]
    public void The_Moon_of_example_47a()
    {
        var moon = Moon.Apparent(2448724.5);
        moon.Longitude.ShouldBe(133.167265, 0.003);
        moon.Latitude.ShouldBe(-3.229126, 0.002);
        moon.Distance.ShouldBe(368409.7, 10);
    }

    [Fact]
    public void The_Sun_of_example_25b()
    {
        var sun = Sun.Apparent(2448908.5);
        sun.Longitude.ShouldBe(199 + 54.0 / 60 + 21.818 / 3600, 0.1 / 3600);
        sun.Latitude.ShouldBe(0.721 / 3600, 0.1 / 3600);
        sun.Distance.ShouldBe(0.99760853, 1e-7);
    }
}
