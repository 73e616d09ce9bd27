using System.Globalization;
using System.Text;

namespace Sarai.Media;

/// <summary>What a paper proves.</summary>
public enum PaperKind
{
    /// <summary>That the house may be run.</summary>
    Licence,

    /// <summary>That it is theirs, or that they may let it.</summary>
    Ownership,

    /// <summary>That it is known to the tax office.</summary>
    Tax,

    /// <summary>Who they are.</summary>
    Identity,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What a paper's file is, by its content.</summary>
public enum PaperFormat
{
    /// <summary>PDF.</summary>
    Pdf,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>WebP.</summary>
    WebP,
}

/// <summary>A paper of a venue for its approval: for its staff and the platform's administrators, never for guests.</summary>
public sealed class Paper : IOwned
{
    /// <summary>The largest file that is taken, in bytes.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>How many a venue has at most.</summary>
    public const int MostPerVenue = 12;

    /// <summary>How long its name is at most, with its ending.</summary>
    public const int LongestName = 120;

    private const char ZeroWidthNonJoiner = '\u200C';
    private const char ZeroWidthJoiner = '\u200D';

    /// <summary>The paper.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The venue.</summary>
    public Guid VenueId { get; init; }

    /// <summary>What it proves.</summary>
    public PaperKind Kind { get; init; }

    /// <summary>What its file is.</summary>
    public PaperFormat Format { get; init; }

    /// <summary>What its file was called: a text, never a path.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its size.</summary>
    public int Bytes { get; init; }

    /// <summary>The name of its file in the store: 128 random bits.</summary>
    public string File { get; init; } = "";

    /// <summary>Who added it.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When it was added.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>A file that is a paper.</summary>
    /// <param name="Format">What it is.</param>
    /// <param name="Bytes">What is kept of it: all of a PDF, the parts of a picture that make the picture.</param>
    public sealed record Contents(PaperFormat Format, byte[] Bytes);

    /// <summary>The media type it is sent as.</summary>
    public static string TypeOf(PaperFormat format) => format switch { PaperFormat.Pdf => "application/pdf", PaperFormat.Jpeg => "image/jpeg", PaperFormat.Png => "image/png", _ => "image/webp" };

    /// <summary>The ending of its name.</summary>
    public static string EndingOf(PaperFormat format) => format switch { PaperFormat.Pdf => "pdf", PaperFormat.Jpeg => "jpg", PaperFormat.Png => "png", _ => "webp" };

    /// <summary>Looks at a file's content, whatever it is called.</summary>
    /// <param name="file">What was uploaded.</param>
    public static Answer<Contents> Read(byte[] file)
    {
        if (file.Length > MaxBytes) return TooLarge;
        if (file.AsSpan().StartsWith("%PDF-"u8)) return new Contents(PaperFormat.Pdf, file);
        var picture = Picture.Read(file, "paper", MaxBytes);
        if (!picture.Ok) return Fault.Invalid("paper", "A paper is a PDF, or a whole JPEG, PNG or WebP picture of 64 to 8000 pixels on each side. This is neither.");
        return new Contents(picture.Value.Kind switch { PictureKind.Jpeg => PaperFormat.Jpeg, PictureKind.Png => PaperFormat.Png, _ => PaperFormat.WebP }, picture.Value.Bytes);
    }

    /// <summary>400: the file is larger than a paper may be.</summary>
    public static Fault TooLarge => Fault.Invalid("paper", $"A paper has {MaxBytes / 1024 / 1024} megabytes at most.");

    /// <summary>The name a paper is kept and saved under: the last part of what was sent, without signs that are not to be seen or that file systems know, ending as what it is.</summary>
    /// <param name="sent">What the browser called it.</param>
    /// <param name="format">What it is.</param>
    public static string NameOf(string? sent, PaperFormat format)
    {
        var kept = new StringBuilder();
        foreach (var rune in (sent ?? "").EnumerateRunes())
        {
            if (rune.Value is '/' or '\\') kept.Clear();
            else if (IsText(rune)) kept.Append(rune.ToString());
        }
        var name = string.Join(' ', kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Trim(' ', '.');
        var ending = "." + EndingOf(format);
        foreach (var known in format == PaperFormat.Jpeg ? [ending, ".jpeg"] : new[] { ending })
        {
            if (!name.EndsWith(known, StringComparison.OrdinalIgnoreCase)) continue;
            name = name[..^known.Length];
            break;
        }
        var most = LongestName - ending.Length;
        if (name.Length > most) name = name[..(char.IsHighSurrogate(name[most - 1]) ? most - 1 : most)];
        name = name.TrimEnd(' ', '.');
        return (name.Length == 0 ? "paper" : name) + ending;
    }

    /// <summary>The paper as its readers know it.</summary>
    public Papers.Item Item() => new(Id, Kind, Format, Name, Bytes, CreatedAt);

    // Signs that turn the direction of a name or hide its ending are not kept; those that join letters in Urdu and Hindi are.
    private static bool IsText(Rune rune) => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner || (rune != Rune.ReplacementChar && rune.Value is not ('"' or '<' or '>' or ':' or '|' or '?' or '*' or ';')
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));
}
