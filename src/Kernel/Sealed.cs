using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Sarai.Kernel;

/// <summary>
/// Encrypts what must not be readable in the database: AES-256-GCM with the master key, which is <c>Sarai:Secrets:Key</c> (32 bytes in base64) or a
/// file only this user can read in the data folder. The sealed text names its key, so that old keys (<c>Sarai:Secrets:OldKeys</c>) still open what they sealed.
/// </summary>
public sealed class Sealed
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] _key;
    private readonly Dictionary<string, byte[]> _byId;

    /// <summary>Finds or makes the master key.</summary>
    /// <exception cref="StartupProblem">The configured key is not 32 bytes in base64.</exception>
    public Sealed(IConfiguration configuration)
    {
        _key = configuration["Sarai:Secrets:Key"] is { Length: > 0 } text ? Parse(text) : FromFile(Settings.DataFolder(configuration));
        var old = configuration.GetSection("Sarai:Secrets:OldKeys").Get<string[]>() ?? [];
        _byId = old.Select(Parse).Append(_key).DistinctBy(IdOf).ToDictionary(IdOf);
    }

    /// <summary>A key of its own for a purpose, derived from the master key so that it need not be stored.</summary>
    public byte[] Derive(string purpose) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"sarai:{purpose}"));

    /// <summary>Seals a text for a purpose; it opens only for the same purpose.</summary>
    public string Seal(string text, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(box.AsSpan(0, NonceSize), plain, box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return $"{IdOf(_key)}.{Convert.ToBase64String(box)}";
    }

    /// <summary>Opens a sealed text.</summary>
    /// <exception cref="CryptographicException">Its key is unknown, the purpose differs, or it was altered.</exception>
    public string Open(string sealedText, string purpose)
    {
        var (id, body) = sealedText.Split('.', 2) is [var a, var b] ? (a, b) : throw new CryptographicException("This is not a sealed text.");
        if (!_byId.TryGetValue(id, out var key)) throw new CryptographicException($"The key {id} that sealed this is not configured; add it to Sarai:Secrets:OldKeys.");
        var box = Convert.FromBase64String(body);
        var plain = new byte[box.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(box.AsSpan(0, NonceSize), box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), plain, Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    private static string IdOf(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key))[..8];

    private static byte[] Parse(string text)
    {
        var key = new byte[32];
        return Convert.TryFromBase64String(text, key, out var length) && length == 32
            ? key
            : throw new StartupProblem("Sarai__Secrets__Key must be 32 bytes in base64; make one with: openssl rand -base64 32");
    }

    private static byte[] FromFile(string folder)
    {
        var file = Path.Combine(folder, "master.key");
        Directory.CreateDirectory(folder);
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var fresh = file + "." + Guid.NewGuid().ToString("n");
            using (var stream = new StreamWriter(fresh, options)) stream.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            // Whoever comes second keeps the first one's key.
            try
            {
                File.Move(fresh, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(fresh);
            }
        }
        return Parse(File.ReadAllText(file).Trim());
    }
}
