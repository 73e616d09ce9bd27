namespace Sarai.Payments;

/// <summary>The places between a gateway's answer and our commit. Nothing happens at them, unless a test wants the app to die there.</summary>
public sealed class FaultPoints
{
    /// <summary>Called with the point's name; null outside tests.</summary>
    public Action<string>? Reached { get; set; }

    /// <summary>Passes a point.</summary>
    public void Reach(string point) => Reached?.Invoke(point);
}
