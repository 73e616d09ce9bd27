namespace Sarai.Identity.Pages;

internal static class Pages
{
    /// <summary>Where to go next: only inside this site, else to the start.</summary>
    public static string Local(string? url) => url is ['/', not ('/' or '\\'), ..] or "/" && !url.Any(char.IsControl) ? url : "/";
}
