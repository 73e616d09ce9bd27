namespace Sarai.Panchang;

/// <summary>
/// A lunar month from new moon to new moon (amanta). Its number is the sidereal sign of the Sun at its opening new moon,
/// plus one; a month in which the Sun enters no sign is added (adhika), one in which it enters two swallows the next
/// (kshaya).
/// </summary>
/// <param name="Lunation">Running number of the new moon that opens it; consecutive months have consecutive numbers.</param>
/// <param name="Number">1 (Chaitra) to 12 (Phalguna).</param>
/// <param name="IsAdhika">True for an added month, which bears the name of the regular month after it.</param>
/// <param name="Swallowed">The number of the month that is lost in this one, or null; it happens a few times in a century (Magha in 1983).</param>
/// <param name="Next">The number of the month after this one.</param>
/// <param name="Shaka">Year of the Shaka era, elapsed, beginning with Chaitra.</param>
/// <param name="StartsAt">The opening new moon.</param>
/// <param name="EndsAt">The closing new moon.</param>
public sealed record LunarMonth(
    int Lunation, int Number, bool IsAdhika, int? Swallowed, int Next, int Shaka, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    /// <summary>The name: "Jyeshtha", or "Adhika Jyeshtha".</summary>
    public Name Name => IsAdhika ? MonthNames.Adhika.With(MonthNames.Of(Number)) : MonthNames.Of(Number);

    /// <summary>
    /// The number of the month by the northern reckoning, which closes months at full moon: the dark half bears the name
    /// of the month to come, except in an added month.
    /// </summary>
    /// <param name="paksha">Which half of the month.</param>
    public int Purnimanta(Paksha paksha) => paksha == Paksha.Krishna && !IsAdhika ? Next : Number;

    /// <summary>Whether this month is, or swallows, the regular month of a number.</summary>
    /// <param name="number">1 to 12.</param>
    public bool Holds(int number) => !IsAdhika && (Number == number || Swallowed == number);

    /// <summary>Year of the Vikram era as the north counts it, beginning with Chaitra: Shaka plus 135.</summary>
    public int Vikram => Shaka + 135;

    /// <summary>Year of the Vikram era as Gujarat counts it, beginning with Kartika.</summary>
    public int VikramKartikadi => Number >= 8 ? Shaka + 135 : Shaka + 134;

    /// <summary>
    /// Year of the southern cycle of sixty, 1 to 60: one after the other, Shaka 1946 being Krodhi (38).
    /// </summary>
    public int SamvatsaraSouth => Wrap(Shaka + 12);

    /// <summary>
    /// Year of the northern cycle of sixty, 1 to 60: the stay of mean Jupiter in one sign, 361.03 days by the Surya
    /// Siddhanta (364,220 revolutions in 1,577,917,828 days), in force when the Sun entered Mesha that year. It moves
    /// ahead of the southern cycle by one in 85 years.
    /// </summary>
    public int SamvatsaraNorth
    {
        get
        {
            const double SolarYear = 365.258756, JovianYear = 1577917828.0 / 364220 / 12;
            const int KaliOfShaka0 = 3179, SignAtKali = 27;
            return Wrap((int)Math.Floor((Shaka + KaliOfShaka0) * SolarYear / JovianYear) + SignAtKali);
        }
    }

    /// <summary>The season a sankalp names: two months each, Chaitra and Vaishakha being Vasanta.</summary>
    public Ritu Ritu => (Ritu)((Number - 1) / 2);

    private static int Wrap(int samvatsara) => ((samvatsara - 1) % 60 + 60) % 60 + 1;
}
