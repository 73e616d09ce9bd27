using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using QRCoder;

namespace Sarai.Identity;

/// <summary>The second factor: a secret for an authenticator app, confirmed by its first code, and ten recovery codes.</summary>
public static class SetUpTotp
{
    /// <summary>What the app needs.</summary>
    /// <param name="Secret">For typing.</param>
    /// <param name="Uri">For the app.</param>
    /// <param name="QrSvg">For the camera.</param>
    public sealed record Setup(string Secret, string Uri, string QrSvg);

    /// <summary>A code of the app.</summary>
    public sealed record CodeRequest
    {
        /// <summary>Six digits.</summary>
        [Required, StringLength(20, MinimumLength = 6)] public string? Code { get; set; }
    }

    /// <summary>Codes for when the phone is lost; each works once. They are shown this one time.</summary>
    public sealed record Recovery(IReadOnlyList<string> Codes);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/users/totp", Begin).Needs("update:profile").Limited(RateLimits.Auth).WithTags("Users").WithSummary("Begin with an authenticator app");
        api.MapPost("/users/totp/confirm", Confirm).Needs("update:profile").Limited(RateLimits.Auth).WithTags("Users").WithSummary("Confirm the app by its first code");
        api.MapPost("/users/totp/disable", Disable).Needs("update:profile").Limited(RateLimits.Auth).WithTags("Users").WithSummary("Stop using it");
    }

    /// <summary>Makes a secret; it is asked for only after it was confirmed.</summary>
    public static async Task<Answer<Setup>> Begin(Actor actor, IdentityDb db, Sealed sealer, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        if (account.HasTotp) return Fault.Conflict("totp_enabled", "An authenticator app is already set up. Disable it first.");
        var secret = Totp.NewSecret();
        account.TotpSecret = sealer.Seal(secret, "totp");
        await db.SaveChangesAsync(cancel);
        return Show(account, secret);
    }

    /// <summary>The secret that waits for its first code, to be shown once more; null when there is none.</summary>
    public static Setup? Pending(Account account, Sealed sealer) => account is { TotpSecret: { } secret, HasTotp: false } ? Show(account, sealer.Open(secret, "totp")) : null;

    private static Setup Show(Account account, string secret)
    {
        var uri = $"otpauth://totp/Sarai:{Uri.EscapeDataString(account.Email ?? account.Phone!)}?secret={secret}&issuer=Sarai&algorithm=SHA1&digits=6&period=30";
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return new Setup(secret, uri, svg.GetGraphic(4));
    }

    /// <summary>Confirms the app.</summary>
    public static async Task<Answer<Recovery>> Confirm(CodeRequest request, Actor actor, IdentityDb db, Sealed sealer, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        if (account.HasTotp) return Fault.Conflict("totp_enabled", "An authenticator app is already set up.");
        if (account.TotpSecret is null) return Fault.Conflict("totp_not_begun", "Scan the code with your app first.");
        if (Totp.Step(sealer.Open(account.TotpSecret, "totp"), request.Code!, clock.Now(), account.TotpLastStep) is not { } step) return Fault.Invalid("code", "This code is not right. Check the time on your phone.");
        var codes = Enumerable.Range(0, 10).Select(_ => RandomNumberGenerator.GetString("23456789abcdefghjkmnpqrstvwxyz", 10)).ToList();
        (account.TotpConfirmedAt, account.TotpLastStep, account.RecoveryCodes) = (clock.Now(), step, [.. codes.Select(HashOf)]);
        await db.SaveChangesAsync(cancel);
        return new Recovery(codes);
    }

    /// <summary>Stops asking for it; needs a code.</summary>
    public static async Task<Answer<Done>> Disable(CodeRequest request, Actor actor, IdentityDb db, Sealed sealer, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        if (!account.HasTotp) return Fault.Conflict("totp_not_enabled", "No authenticator app is set up.");
        if (Totp.Step(sealer.Open(account.TotpSecret!, "totp"), request.Code!, clock.Now(), account.TotpLastStep) is null && !account.RecoveryCodes.Contains(HashOf(request.Code!)))
            return Fault.Invalid("code", "This code is not right.");
        (account.TotpSecret, account.TotpConfirmedAt, account.RecoveryCodes) = (null, null, []);
        await db.SaveChangesAsync(cancel);
        return Done.It;
    }

    internal static string HashOf(string code) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(code.Trim().ToLowerInvariant())));
}
