using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sarai.Payments;

/// <summary>Signatures of gateways, compared in constant time.</summary>
public static class Signatures
{
    /// <summary>Whether any of the keys made this signature: hex of an HMAC over the message.</summary>
    public static bool Fits(string given, IEnumerable<string> keys, HashAlgorithmName hash, params ReadOnlySpan<byte[]> message)
    {
        var size = hash == HashAlgorithmName.SHA512 ? HMACSHA512.HashSizeInBytes : HMACSHA256.HashSizeInBytes;
        Span<byte> bytes = stackalloc byte[size];
        if (given.Length != 2 * size || Convert.FromHexString(given, bytes, out _, out _) != OperationStatus.Done) return false;
        var fits = false;
        foreach (var key in keys) fits |= CryptographicOperations.FixedTimeEquals(bytes, Mac(key, hash, message));
        return fits;
    }

    /// <summary>The HMAC over the parts of a message.</summary>
    public static byte[] Mac(string key, HashAlgorithmName hash, params ReadOnlySpan<byte[]> message)
    {
        using var mac = IncrementalHash.CreateHMAC(hash, Encoding.UTF8.GetBytes(key));
        foreach (var part in message) mac.AppendData(part);
        return mac.GetHashAndReset();
    }
}
