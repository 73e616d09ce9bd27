namespace Sarai.Panchang;

/// <summary>
/// The matching of two Moons by eight kootas, 36 points in all. Where published tables differ, <see cref="MatchSettings"/>
/// chooses; the defaults are the tables most used in northern India.
/// </summary>
public sealed class Ashtakoota
{
    private static readonly Name[] Names =
    [
        new("Varna", "वर्ण", "வர்ணம்", "వర్ణం", "ವರ್ಣ"),
        new("Vashya", "वश्य", "வசியம்", "వశ్యం", "ವಶ್ಯ"),
        new("Tara", "तारा", "தாரை (தினம்)", "తార", "ತಾರಾ"),
        new("Yoni", "योनि", "யோனி", "యోని", "ಯೋನಿ"),
        new("Graha Maitri", "ग्रह मैत्री", "கிரக மைத்ரி", "గ్రహ మైత్రి", "ಗ್ರಹ ಮೈತ್ರಿ"),
        new("Gana", "गण", "கணம்", "గణం", "ಗಣ"),
        new("Bhakoot", "भकूट", "ராசி (பகூட)", "రాశి (భకూట)", "ರಾಶಿ (ಭಕೂಟ)"),
        new("Nadi", "नाड़ी", "நாடி", "నాడి", "ನಾಡಿ"),
    ];

    private static readonly string[] Varnas = ["Shudra", "Vaishya", "Kshatriya", "Brahmin"];
    private static readonly string[] Animals =
        ["Horse", "Elephant", "Sheep", "Serpent", "Dog", "Cat", "Rat", "Cow", "Buffalo", "Tiger", "Deer", "Monkey", "Mongoose", "Lion"];

    private static readonly string[] Vashyas = ["Chatushpada", "Manava", "Jalachara", "Vanachara", "Keeta"];
    private static readonly string[] Ganas = ["Deva", "Manushya", "Rakshasa"];
    private static readonly string[] Nadis = ["Adi", "Madhya", "Antya"];

    // By nakshatra, Ashwini first.
    private static readonly int[] AnimalOf = [0, 1, 2, 3, 3, 4, 5, 2, 5, 6, 6, 7, 8, 9, 8, 9, 10, 10, 4, 11, 12, 11, 13, 0, 13, 7, 1];
    private static readonly int[] GanaOf = [0, 1, 2, 1, 0, 1, 0, 0, 2, 2, 1, 1, 0, 2, 0, 2, 0, 2, 2, 1, 1, 0, 2, 2, 1, 1, 0];

    // By rashi, Mesha first: Kshatriya, Vaishya, Shudra, Brahmin in turn.
    private static readonly int[] VarnaOf = [2, 1, 0, 3];

    // Points of two animals, in the order of Animals: 4 the same, 0 sworn enemies.
    private static readonly int[,] Yoni =
    {
        { 4, 2, 2, 3, 2, 2, 2, 1, 0, 1, 3, 3, 2, 1 },
        { 2, 4, 3, 3, 2, 2, 2, 2, 3, 1, 2, 3, 2, 0 },
        { 2, 3, 4, 2, 1, 2, 1, 3, 3, 1, 2, 0, 3, 1 },
        { 3, 3, 2, 4, 2, 1, 1, 1, 1, 2, 2, 2, 0, 2 },
        { 2, 2, 1, 2, 4, 2, 1, 2, 2, 1, 0, 2, 1, 1 },
        { 2, 2, 2, 1, 2, 4, 0, 2, 2, 1, 3, 3, 2, 1 },
        { 2, 2, 1, 1, 1, 0, 4, 2, 2, 2, 2, 2, 1, 2 },
        { 1, 2, 3, 1, 2, 2, 2, 4, 3, 0, 3, 2, 2, 1 },
        { 0, 3, 3, 1, 2, 2, 2, 3, 4, 1, 2, 2, 2, 1 },
        { 1, 1, 1, 2, 1, 1, 2, 0, 1, 4, 1, 1, 2, 1 },
        { 3, 2, 2, 2, 0, 3, 2, 3, 2, 1, 4, 2, 2, 1 },
        { 3, 3, 0, 2, 2, 3, 2, 2, 2, 1, 2, 4, 3, 2 },
        { 2, 2, 3, 0, 1, 2, 1, 2, 2, 2, 2, 3, 4, 2 },
        { 1, 0, 1, 2, 1, 1, 2, 1, 1, 1, 1, 2, 2, 4 },
    };

    // Bride's kind down, groom's across, in the order of Vashyas.
    private static readonly double[,] VashyaUsual =
    {
        { 2, 1, 1, 1.5, 1 }, { 1, 2, 1.5, 0, 1 }, { 1, 1.5, 2, 1, 1 }, { 0, 0, 0, 2, 0 }, { 1, 1, 1, 0, 2 },
    };

    private static readonly double[,] VashyaStrict =
    {
        { 2, 0, 0, 0.5, 0 }, { 1, 2, 1, 0.5, 1 }, { 0.5, 1, 2, 1, 1 }, { 0, 0, 0, 2, 0 }, { 1, 1, 1, 0, 2 },
    };

    // Groom's gana down, bride's across.
    private static readonly double[,] GanaUsual = { { 6, 6, 0 }, { 5, 6, 0 }, { 1, 0, 6 } };
    private static readonly double[,] GanaEven = { { 6, 5, 1 }, { 5, 6, 0 }, { 1, 0, 6 } };

    private readonly Zodiacal groom, bride;
    private readonly MatchSettings settings;

    private Ashtakoota(Zodiacal groom, Zodiacal bride, MatchSettings settings)
    {
        (this.groom, this.bride, this.settings) = (groom, bride, settings);
        Kootas = [Varna(), Vashya(), Tara(), YoniOf(), Maitri(), Gana(), Bhakoot(), Nadi()];
    }

    /// <summary>The eight, Varna to Nadi.</summary>
    public IReadOnlyList<Koota> Kootas { get; }

    /// <summary>Points reached, 0 to 36.</summary>
    public double Points => Kootas.Sum(x => x.Points);

    /// <summary>What the sum says by custom: 18 is the least.</summary>
    public string Verdict => Points switch
    {
        < 18 => "Below 18 points: not recommended by custom.",
        < 25 => "18 to 24 points: acceptable.",
        <= 32 => "25 to 32 points: good.",
        _ => "Above 32 points: excellent.",
    };

    /// <summary>The matching of two Moons.</summary>
    /// <param name="groomsMoon">Sidereal longitude of the groom's Moon, degrees, any finite number.</param>
    /// <param name="bridesMoon">Sidereal longitude of the bride's Moon, degrees.</param>
    /// <param name="settings">Which of the disputed tables; the usual ones when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A longitude is not a finite number.</exception>
    public static Ashtakoota Of(double groomsMoon, double bridesMoon, MatchSettings? settings = null) =>
        new(Finite(groomsMoon, nameof(groomsMoon)), Finite(bridesMoon, nameof(bridesMoon)), settings ?? MatchSettings.Usual);

    /// <summary>The matching of two charts.</summary>
    /// <param name="groom">His.</param>
    /// <param name="bride">Hers.</param>
    /// <param name="settings">Which of the disputed tables; the usual ones when null.</param>
    public static Ashtakoota Of(Kundli groom, Kundli bride, MatchSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(groom);
        ArgumentNullException.ThrowIfNull(bride);
        return Of(groom[Graha.Moon].At.Longitude, bride[Graha.Moon].At.Longitude, settings);
    }

    private static Zodiacal Finite(double longitude, string name) => double.IsFinite(longitude)
        ? new Zodiacal(Degrees.Wrap(longitude))
        : throw new ArgumentOutOfRangeException(name, longitude, "A longitude is a finite number of degrees.");

    private Koota Varna()
    {
        int his = VarnaOf[(groom.Rashi - 1) % 4], hers = VarnaOf[(bride.Rashi - 1) % 4];
        return Told(0, his >= hers ? 1 : 0, Varnas[his], Varnas[hers], his >= hers ? "His is not below hers." : "His is below hers.");
    }

    private Koota Vashya()
    {
        int his = Kind(groom), hers = Kind(bride);
        var table = settings.StrictVashya ? VashyaStrict : VashyaUsual;
        return Told(1, table[hers, his], Vashyas[his], Vashyas[hers], his == hers ? "Of one kind." : "Of different kinds.");

        // Dhanu is man in its first half and beast in its second, Makara beast and then fish.
        static int Kind(Zodiacal moon) => moon.Rashi switch
        {
            1 or 2 => 0,
            3 or 6 or 7 or 11 => 1,
            4 or 12 => 2,
            5 => 3,
            8 => 4,
            9 => moon.InRashi < 15 ? 1 : 0,
            _ => moon.InRashi < 15 ? 0 : 2,
        };
    }

    private Koota Tara()
    {
        int his = Count(bride, groom), hers = Count(groom, bride);
        var points = (IsGood(his) ? 1.5 : 0) + (IsGood(hers) ? 1.5 : 0);
        return Told(2, points, $"{his} from hers", $"{hers} from his", "The third, fifth and seventh of nine are bad.");

        static int Count(Zodiacal from, Zodiacal to) => (to.Nakshatra - from.Nakshatra + 27) % 27 % 9 + 1;
        static bool IsGood(int tara) => tara is not (3 or 5 or 7);
    }

    private Koota YoniOf()
    {
        int his = AnimalOf[groom.Nakshatra - 1], hers = AnimalOf[bride.Nakshatra - 1];
        var points = settings.HorseAndDeerAtOdds && ((his, hers) is (0, 10) or (10, 0)) ? 1 : Yoni[his, hers];
        return Told(3, points, Animals[his], Animals[hers], points switch
        {
            4 => "The same.",
            3 => "Friends.",
            2 => "Indifferent.",
            1 => "At odds.",
            _ => "Sworn enemies.",
        });
    }

    private Koota Maitri()
    {
        Graha his = RashiNames.LordOf(groom.Rashi), hers = RashiNames.LordOf(bride.Rashi);
        var (to, from) = (Regard(his, hers), Regard(hers, his));
        double points = his == hers ? 5 : (Math.Max(to, from), Math.Min(to, from)) switch
        {
            (1, 1) => 5,
            (1, 0) => 4,
            (0, 0) => 3,
            (1, -1) => 1,
            (0, -1) => 0.5,
            _ => 0,
        };
        return Told(4, points, his.ToString(), hers.ToString(), his == hers ? "One lord." : $"{Word(to)} to her lord, {Word(from).ToLowerInvariant()} to his.");

        static string Word(int regard) => regard switch { 1 => "Friend", 0 => "Neutral", _ => "Enemy" };
    }

    private Koota Gana()
    {
        int his = GanaOf[groom.Nakshatra - 1], hers = GanaOf[bride.Nakshatra - 1];
        var table = settings.EvenGana ? GanaEven : GanaUsual;
        return Told(5, table[his, hers], Ganas[his], Ganas[hers], his == hers ? "The same." : "Different.");
    }

    private Koota Bhakoot()
    {
        var distance = (bride.Rashi - groom.Rashi + 12) % 12;
        var bad = distance is 1 or 11 or 4 or 8 or 5 or 7;
        Graha his = RashiNames.LordOf(groom.Rashi), hers = RashiNames.LordOf(bride.Rashi);
        var excused = bad && settings.BhakootExcuses && (his == hers || (Regard(his, hers) == 1 && Regard(hers, his) == 1));
        var pair = $"{Math.Min(distance, 12 - distance) + 1}/{13 - Math.Min(distance, 12 - distance)}";
        return Told(6, bad && !excused ? 0 : 7, RashiNames.Of(groom.Rashi).English, RashiNames.Of(bride.Rashi).English, (bad, excused) switch
        {
            (true, true) => $"Bhakoot dosha ({pair}), excused: one lord, or lords who are friends.",
            (true, false) => $"Bhakoot dosha ({pair}).",
            _ => "No dosha.",
        });
    }

    private Koota Nadi()
    {
        int his = Of(groom), hers = Of(bride);
        var excused = his == hers && settings.NadiExcuses && ((groom.Nakshatra == bride.Nakshatra && groom.Pada != bride.Pada)
            || (groom.Nakshatra != bride.Nakshatra && groom.Rashi == bride.Rashi));
        return Told(7, his == hers && !excused ? 0 : 8, Nadis[his], Nadis[hers], (his == hers, excused) switch
        {
            (true, true) => "Nadi dosha, excused: one nakshatra in different padas, or one sign in different nakshatras.",
            (true, false) => "Nadi dosha: the same.",
            _ => "Different: no dosha.",
        });

        // There and back again: Adi, Madhya, Antya, Antya, Madhya, Adi.
        static int Of(Zodiacal moon) => ((moon.Nakshatra - 1) % 6) switch { var place and < 3 => place, var place => 5 - place };
    }

    private static Koota Told(int koota, double points, string groom, string bride, string reason) =>
        new(Names[koota], points, koota + 1, groom, bride, reason);

    // How one graha regards another by nature (Brihat Parashara): 1 friend, 0 neutral, -1 enemy.
    private static int Regard(Graha one, Graha other) => (one, other) switch
    {
        (Graha.Sun, Graha.Moon or Graha.Mars or Graha.Jupiter) => 1,
        (Graha.Sun, Graha.Venus or Graha.Saturn) => -1,
        (Graha.Moon, Graha.Sun or Graha.Mercury) => 1,
        (Graha.Mars, Graha.Sun or Graha.Moon or Graha.Jupiter) => 1,
        (Graha.Mars, Graha.Mercury) => -1,
        (Graha.Mercury, Graha.Sun or Graha.Venus) => 1,
        (Graha.Mercury, Graha.Moon) => -1,
        (Graha.Jupiter, Graha.Sun or Graha.Moon or Graha.Mars) => 1,
        (Graha.Jupiter, Graha.Mercury or Graha.Venus) => -1,
        (Graha.Venus, Graha.Mercury or Graha.Saturn) => 1,
        (Graha.Venus, Graha.Sun or Graha.Moon) => -1,
        (Graha.Saturn, Graha.Mercury or Graha.Venus) => 1,
        (Graha.Saturn, Graha.Sun or Graha.Moon or Graha.Mars) => -1,
        _ => 0,
    };
}
