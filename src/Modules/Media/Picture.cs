using System.Buffers.Binary;

namespace Sarai.Media;

/// <summary>The kinds of pictures that are taken.</summary>
public enum PictureKind
{
    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>WebP.</summary>
    WebP,
}

/// <summary>
/// A picture that was read part by part and put together again from the parts that make the picture. What is not needed to show it (where it was taken, with
/// which camera, comments, anything behind its end) is not in <see cref="Bytes"/>. What is no picture, whatever it calls itself, is refused.
/// </summary>
/// <param name="Kind">What it is by its content.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bytes">The clean file.</param>
public sealed record Picture(PictureKind Kind, int Width, int Height, byte[] Bytes)
{
    /// <summary>The largest file that is taken.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const int LeastSide = 64;
    private const int MostSide = 8000;
    private const long MostPixels = 40_000_000;
    private static ReadOnlySpan<byte> PngHead => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
    private static readonly string[] PngParts = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"];
    private static readonly string[] WebPParts = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"];

    /// <summary>The media type it is served as.</summary>
    public static string TypeOf(PictureKind kind) => kind switch { PictureKind.Jpeg => "image/jpeg", PictureKind.Png => "image/png", _ => "image/webp" };

    /// <summary>The ending of its file name.</summary>
    public static string EndingOf(PictureKind kind) => kind switch { PictureKind.Jpeg => "jpg", PictureKind.Png => "png", _ => "webp" };

    /// <summary>Reads a file.</summary>
    /// <param name="file">What was uploaded.</param>
    /// <param name="field">The field to name when it is refused.</param>
    /// <param name="most">The largest file that is taken, where it is no photo.</param>
    public static Answer<Picture> Read(ReadOnlySpan<byte> file, string field, int most = MaxBytes)
    {
        if (file.Length > most) return Fault.Invalid(field, "A photo has 8 megabytes at most.");
        Picture? picture;
        try
        {
            picture = file.StartsWith(PngHead) ? Png(file) : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? Jpeg(file) : file.Length > 12 && file[..4].SequenceEqual("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) ? WebP(file) : null;
        }
        catch (Exception cut) when (cut is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // It ends in the middle of a part.
            picture = null;
        }
        if (picture is null) return Fault.Invalid(field, "This is not a whole JPEG, PNG or WebP picture.");
        return picture.Width < LeastSide || picture.Height < LeastSide || picture.Width > MostSide || picture.Height > MostSide || (long)picture.Width * picture.Height > MostPixels
            ? Fault.Invalid(field, $"A photo has {LeastSide} to {MostSide} pixels on each side; this one has {picture.Width} × {picture.Height}.")
            : picture;
    }

    private static Picture? Jpeg(ReadOnlySpan<byte> file)
    {
        using var clean = new MemoryStream(file.Length);
        clean.Write(file[..2]);
        var (at, width, height, turned) = (2, 0, 0, 1);
        while (at + 4 <= file.Length)
        {
            if (file[at] != 0xFF) return null;
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            var part = file.Slice(at, length + 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                height = BinaryPrimitives.ReadUInt16BigEndian(part[5..]);
                width = BinaryPrimitives.ReadUInt16BigEndian(part[7..]);
            }
            if (marker == 0xE1) turned = Orientation(part[4..]) ?? turned;
            // Colour profiles and what decoders need stay; everything else that only tells about the picture goes.
            var told = marker is >= 0xE1 and <= 0xEF && !(marker == 0xE2 && part[4..].StartsWith("ICC_PROFILE"u8)) && marker != 0xEE;
            if (!told && marker != 0xFE)
            {
                if (marker == 0xDA && turned != 1) clean.Write(Turned(turned));
                clean.Write(part);
            }
            at += length + 2;
            if (marker != 0xDA) continue;
            // The picture itself: up to the next marker that is neither a stuffed byte nor a restart.
            var start = at;
            while (at + 1 < file.Length && (file[at] != 0xFF || file[at + 1] is 0 or (>= 0xD0 and <= 0xD7))) at++;
            if (at + 1 >= file.Length) return null;
            clean.Write(file[start..at]);
            if (file[at + 1] != 0xD9) continue;
            clean.Write([0xFF, 0xD9]);
            return width > 0 && height > 0 ? new Picture(PictureKind.Jpeg, width, height, clean.ToArray()) : null;
        }
        return null;
    }

    // Which way is up is the one thing about a photo that showing it needs.
    private static int? Orientation(ReadOnlySpan<byte> exif)
    {
        if (!exif.StartsWith("Exif\0\0"u8) || exif.Length < 16) return null;
        var tiff = exif[6..];
        var little = tiff[0] == 'I';
        var directory = Int(tiff[4..]);
        if (directory < 8 || directory + 2 > tiff.Length) return null;
        var entries = Short(tiff[directory..]);
        for (var i = 0; i < entries && directory + 14 + (i * 12) <= tiff.Length; i++)
        {
            var entry = tiff[(directory + 2 + (i * 12))..];
            if (Short(entry) == 0x0112 && Short(entry[8..]) is >= 1 and <= 8 and var turned) return turned;
        }
        return null;

        int Short(ReadOnlySpan<byte> from) => little ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt16BigEndian(from);
        int Int(ReadOnlySpan<byte> from) => little ? BinaryPrimitives.ReadInt32LittleEndian(from) : BinaryPrimitives.ReadInt32BigEndian(from);
    }

    private static byte[] Turned(int orientation) =>
        [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static Picture? Png(ReadOnlySpan<byte> file)
    {
        using var clean = new MemoryStream(file.Length);
        clean.Write(PngHead);
        var (at, width, height, pixels) = (8, 0, 0, false);
        while (at + 12 <= file.Length)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            var part = file.Slice(at, length + 12);
            var name = System.Text.Encoding.ASCII.GetString(part.Slice(4, 4));
            if (BinaryPrimitives.ReadUInt32BigEndian(part[(length + 8)..]) != Checksum(part.Slice(4, length + 4))) return null;
            if (at == 8 && name != "IHDR") return null;
            if (name == "IHDR") (width, height) = (BinaryPrimitives.ReadInt32BigEndian(part[8..]), BinaryPrimitives.ReadInt32BigEndian(part[12..]));
            pixels |= name == "IDAT";
            if (Array.IndexOf(PngParts, name) >= 0) clean.Write(part);
            if (name == "IEND") return pixels ? new Picture(PictureKind.Png, width, height, clean.ToArray()) : null;
            at += length + 12;
        }
        return null;
    }

    private static Picture? WebP(ReadOnlySpan<byte> file)
    {
        var end = Math.Min(file.Length, BinaryPrimitives.ReadInt32LittleEndian(file[4..]) + 8);
        using var clean = new MemoryStream(file.Length);
        clean.Write(file[..12]);
        var (at, width, height, pixels) = (12, 0, 0, false);
        while (at + 8 <= end)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            var whole = 8 + length + (length & 1);
            var part = file.Slice(at, Math.Min(whole, file.Length - at)).ToArray();
            if (length < 0 || part.Length < 8 + length) return null;
            var name = System.Text.Encoding.ASCII.GetString(part, 0, 4);
            var data = part.AsSpan(8);
            if (name == "VP8X")
            {
                (width, height) = (1 + (data[4] | (data[5] << 8) | (data[6] << 16)), 1 + (data[7] | (data[8] << 8) | (data[9] << 16)));
                // No metadata follows any more.
                data[0] &= 0b1111_0011;
            }
            if (name == "VP8 " && width == 0) (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
            if (name == "VP8L" && width == 0)
            {
                var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                (width, height) = ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
            }
            pixels |= name is "VP8 " or "VP8L" or "ANMF";
            if (Array.IndexOf(WebPParts, name) >= 0)
            {
                clean.Write(part);
                if ((part.Length & 1) == 1) clean.WriteByte(0);
            }
            at += whole;
        }
        if (!pixels) return null;
        var bytes = clean.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        return new Picture(PictureKind.WebP, width, height, bytes);
    }

    private static uint Checksum(ReadOnlySpan<byte> part)
    {
        // The CRC of PNG, ISO 3309.
        var crc = 0xFFFFFFFFu;
        foreach (var b in part)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
