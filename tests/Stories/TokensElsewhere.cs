using System.Diagnostics;
using System.Reflection;

namespace Sarai.Stories;

/// <summary>Another system verifies our access tokens by the published keys, with npm's <c>jose</c>.</summary>
public sealed class TokensElsewhere(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_standard_library_verifies_our_tokens_also_after_the_keys_have_changed()
    {
        var guest = await Guest();
        var old = guest.AccessToken;
        var first = (await Verify(old, old[..^8] + "AAAAAAAA", Forged(old))).ToList();
        first[0].GetProperty("sub").GetGuid().ShouldBe(guest.Id);
        first[0].GetProperty("role").GetString().ShouldBe("user");
        first[1].GetProperty("problem").GetString().ShouldBe("ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
        first[2].GetProperty("problem").GetString().ShouldBe("ERR_JOSE_ALG_NOT_ALLOWED");

        // A minute before the key is a month old a token is signed by it; a minute after it, the next by another, and both are good; also by the keys
        // that another node shows, which has not signed anything with the new one.
        await Database.Ask("update identity.signing_key set created_at = created_at - interval '30 days' + interval '21 minutes'");
        await using var signer = AddNode();
        Clock.Advance(TimeSpan.FromMinutes(20));
        var before = await Token(signer);
        Clock.Advance(TimeSpan.FromMinutes(2));
        var after = await Token(signer);
        var rotated = (await Verify(before, after, old)).ToList();
        rotated[0].GetProperty("sub").GetGuid().ShouldBe(guest.Id);
        rotated[1].GetProperty("sub").GetGuid().ShouldBe(guest.Id);
        rotated[0].GetProperty("kid").GetString().ShouldNotBe(rotated[1].GetProperty("kid").GetString());
        rotated[2].GetProperty("problem").GetString().ShouldBe("ERR_JWT_EXPIRED");

        // When the last token of the old key is over, the key is no longer shown.
        Clock.Advance(TimeSpan.FromMinutes(20));
        (await Verify(await Token(signer))).Single().GetProperty("kid").GetString().ShouldBe(rotated[1].GetProperty("kid").GetString());
        var keys = (await Visitor.Get("/.well-known/jwks.json")).Is(HttpStatusCode.OK).Root.GetProperty("keys").EnumerateArray().ToList();
        keys.ShouldAllBe(k => k.GetProperty("kid").GetString() != rotated[0].GetProperty("kid").GetString());
        keys.ShouldAllBe(k => !k.EnumerateObject().Any(p => p.Name == "d" || p.Name == "p" || p.Name == "q"));

        async Task<string> Token(RunningApp node) =>
            (await Client(null, node).Post("/api/v1/auth/login", new { email = guest.Email, password = Password })).Is(HttpStatusCode.OK).Data.GetProperty("accessToken").GetString()!;
    }

    // The oldest trick: the header says that nothing needs to be checked.
    private static string Forged(string token)
    {
        var head = Convert.ToBase64String("""{"alg":"none","typ":"JWT"}"""u8).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{head}.{token.Split('.')[1]}.";
    }

    private async Task<IEnumerable<JsonElement>> Verify(params string[] tokens)
    {
        var script = typeof(TokensElsewhere).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Jose").Value!;
        var start = new ProcessStartInfo("node", [script, new Uri(App.Address, "/.well-known/jwks.json").ToString(), $"{Clock.GetUtcNow().ToUnixTimeSeconds()}", .. tokens]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var said = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complained = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        node.ExitCode.ShouldBe(0, complained);
        return JsonDocument.Parse(await said).RootElement.EnumerateArray();
    }
}
