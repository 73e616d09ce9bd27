namespace Sarai.Panchang;

/// <summary>One crossing out of a sequence.</summary>
/// <param name="JdTt">When, as a Julian date in TT.</param>
/// <param name="Index">Which multiple of the step was reached, 0 to 360 / step - 1: the value that begins here.</param>
public readonly record struct Passage(double JdTt, int Index);
