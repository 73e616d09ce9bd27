using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace Sarai.Identity;

/// <summary>A person's account: contacts, password, second factor, lockout. All rules of signing in are here.</summary>
public sealed class Account
{
    /// <summary>How many wrong passwords lock an account.</summary>
    public const int MaxFailures = 5;

    /// <summary>For how long.</summary>
    public static readonly Duration LockedFor = Duration.FromMinutes(30);

    /// <summary>The account.</summary>
    public Guid Id { get; init; }

    /// <summary>The name they go by.</summary>
    public string Name { get; set; } = "";

    /// <summary>The e-mail in lower case, unique, or null.</summary>
    public string? Email { get; private set; }

    /// <summary>The phone in E.164, unique, or null.</summary>
    public string? Phone { get; private set; }

    /// <summary>When the e-mail was proven.</summary>
    public Instant? EmailVerifiedAt { get; set; }

    /// <summary>When the phone was proven.</summary>
    public Instant? PhoneVerifiedAt { get; set; }

    /// <summary>The hash of the password; null for an account the desk made, until its owner sets one.</summary>
    public string? PasswordHash { get; private set; }

    /// <summary>user or admin.</summary>
    public string Role { get; set; } = Roles.User;

    /// <summary>One of en, ur, hi, ta, te, kn.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Wrong passwords since the last right one.</summary>
    public int Failures { get; private set; }

    /// <summary>Locked until then, or null.</summary>
    public Instant? LockedUntil { get; private set; }

    /// <summary>The sealed secret of the second factor, or null.</summary>
    public string? TotpSecret { get; set; }

    /// <summary>When the second factor was confirmed; before that it is not asked for.</summary>
    public Instant? TotpConfirmedAt { get; set; }

    /// <summary>The last time step whose code was used; a code works once.</summary>
    public long TotpLastStep { get; set; }

    /// <summary>Hashes of the recovery codes left.</summary>
    public string[] RecoveryCodes { get; set; } = [];

    /// <summary>When the platform suspended the account, or null.</summary>
    public Instant? SuspendedAt { get; private set; }

    /// <summary>Why it was suspended.</summary>
    public string? SuspendedReason { get; private set; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>Whether the second factor is asked for.</summary>
    public bool HasTotp => TotpConfirmedAt is not null;

    /// <summary>Sets the contacts; what changes is no longer proven.</summary>
    public void SetContacts(string? email, string? phone)
    {
        if (email != Email) EmailVerifiedAt = null;
        if (phone != Phone) PhoneVerifiedAt = null;
        (Email, Phone) = (email, phone);
    }

    /// <summary>Suspends the account, or lifts that when no reason is given.</summary>
    public void Suspend(string? reason, Instant at)
    {
        SuspendedReason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        SuspendedAt = SuspendedReason is null ? null : at;
    }

    /// <summary>Takes away everything that says who this was, for good.</summary>
    public void Forget(Instant at)
    {
        (Name, Email, Phone, EmailVerifiedAt, PhoneVerifiedAt, PasswordHash) = ("–", $"{Id:n}@erased.invalid", null, null, null, null);
        (TotpSecret, TotpConfirmedAt, RecoveryCodes) = (null, null, []);
        Suspend("erased", at);
    }

    /// <summary>Sets a password that has passed <see cref="Weakness"/>.</summary>
    public void SetPassword(string password, IPasswordHasher<Account> hasher)
    {
        PasswordHash = hasher.HashPassword(this, password);
        (Failures, LockedUntil) = (0, null);
    }

    /// <summary>
    /// The owner of the e-mail came by another way and it was never proven before: whoever set the password may be somebody else, so it is forgotten,
    /// with everything else that person could have left behind to come back.
    /// </summary>
    public void Disown(Instant at)
    {
        (PasswordHash, TotpSecret, TotpConfirmedAt, RecoveryCodes) = (null, null, null, []);
        (Phone, PhoneVerifiedAt) = PhoneVerifiedAt is null ? (null, null) : (Phone, PhoneVerifiedAt);
        EmailVerifiedAt = at;
    }

    /// <summary>Tries a password.</summary>
    /// <returns>Null when it is right; otherwise the refusal, the same whether the account exists or not, except for a locked one.</returns>
    public Fault? Try(string password, IPasswordHasher<Account> hasher, Instant now)
    {
        if (LockedUntil > now) return Locked;
        var right = PasswordHash is not null && hasher.VerifyHashedPassword(this, PasswordHash, password) != PasswordVerificationResult.Failed;
        if (right)
        {
            (Failures, LockedUntil) = (0, null);
            return SuspendedAt is null ? null : Fault.Forbidden($"This account is suspended: {SuspendedReason}") with { Code = "account_suspended" };
        }
        if (++Failures >= MaxFailures) (Failures, LockedUntil) = (0, now + LockedFor);
        return LockedUntil > now ? Locked : WrongCredentials;
    }

    /// <summary>The refusal that tells nothing.</summary>
    public static Fault WrongCredentials { get; } = new(401, "invalid_credentials", "The e-mail, phone or password is not right.");

    /// <summary>The refusal while the account is locked.</summary>
    public static Fault Locked { get; } = new(401, "account_locked", "Too many wrong passwords. Try again in 30 minutes, or reset the password.");

    /// <summary>What is wrong with a password, or null: 12 to 128 characters with an upper and a lower case letter, a digit and a special character (document 002).</summary>
    public static string? Weakness(string? password)
    {
        if (password is not { Length: >= 12 and <= 128 }) return "Use 12 to 128 characters.";
        var missing = new List<string>();
        if (!password.Any(char.IsUpper)) missing.Add("an upper-case letter");
        if (!password.Any(char.IsLower)) missing.Add("a lower-case letter");
        if (!password.Any(char.IsDigit)) missing.Add("a digit");
        if (password.All(c => char.IsLetterOrDigit(c) || char.IsWhiteSpace(c))) missing.Add("a special character");
        return missing.Count == 0 ? null : $"Add {string.Join(", ", missing)}.";
    }

    /// <summary>An e-mail in its one form, or null when it is none.</summary>
    public static string? NormalEmail(string? text)
    {
        var trimmed = text?.Trim().ToLowerInvariant();
        return trimmed is { Length: > 3 and <= 254 } && MailAddress.TryCreate(trimmed, out var address) && address.Address == trimmed && address.Host.Contains('.', StringComparison.Ordinal) && trimmed.All(c => c > ' ') ? trimmed : null;
    }

    /// <summary>A phone in E.164, or null when it is none: 0300 1234567, 0092-300-1234567 and +92 300 1234567 are one.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="country">The calling code for national numbers, such as 92.</param>
    public static string? NormalPhone(string? text, string country)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var digits = new string([.. text.Where(char.IsAsciiDigit)]);
        if (text.Any(c => !char.IsAsciiDigit(c) && !" +-().\u200e\u200f\u00a0".Contains(c, StringComparison.Ordinal))) return null;
        var international = text.TrimStart(' ', '\u200e', '\u200f').StartsWith('+') ? digits
            : digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..]
            : digits.StartsWith('0') ? country + digits[1..] : country + digits;
        return international.Length is >= 8 and <= 15 && international[0] != '0' ? "+" + international : null;
    }
}

/// <summary>A password that keeps the house rules.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StrongPasswordAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null || Account.Weakness(value as string) is not { } weakness ? ValidationResult.Success : new ValidationResult(weakness, [validationContext.MemberName!]);
}

/// <summary>Time-based one-time passwords (RFC 6238: SHA-1, 30 seconds, 6 digits, one step of drift).</summary>
public static class Totp
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new secret: 20 bytes in base32.</summary>
    public static string NewSecret()
    {
        var bytes = RandomNumberGenerator.GetBytes(20);
        return string.Concat(Enumerable.Range(0, 32).Select(i => Alphabet[Bits(bytes, i * 5)]));

        static int Bits(byte[] bytes, int at) => ((bytes[at / 8] << 8 | (at / 8 + 1 < bytes.Length ? bytes[(at / 8) + 1] : 0)) >> (11 - (at % 8))) & 31;
    }

    /// <summary>The time step of a code that is right now, or null. Steps up to <paramref name="lastStep"/> were used.</summary>
    public static long? Step(string secret, string code, Instant now, long lastStep)
    {
        var current = now.ToUnixTimeSeconds() / 30;
        foreach (var step in new[] { current, current - 1, current + 1 })
        {
            if (step > lastStep && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(CodeAt(secret, step)), System.Text.Encoding.ASCII.GetBytes(code.Trim().PadRight(6)[..6]))) return step;
        }
        return null;
    }

    /// <summary>The code of a time step.</summary>
    public static string CodeAt(string secret, long step)
    {
        var key = new byte[secret.Length * 5 / 8];
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var letter in secret)
        {
            buffer = (buffer << 5) | Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if ((bits += 5) < 8) continue;
            bits -= 8;
            key[at++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }
        Span<byte> counter = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238 authenticators use SHA-1; HMAC does not rely on its collision resistance.
        var mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var offset = mac[^1] & 15;
        var number = (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(offset)) & 0x7fffffff) % 1_000_000;
        return number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }
}
