using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sarai.Kernel;

/// <summary>Where addresses that strangers gave us may lead: anywhere in Development, to public addresses elsewhere. <c>Sarai:Outbound:Anywhere</c> decides otherwise.</summary>
/// <param name="Anywhere">Whether private addresses and plain http are allowed.</param>
public sealed record OutboundRules(bool Anywhere);

/// <summary>
/// The way out to addresses that strangers gave us. It connects to public addresses only (the name is resolved here and the connection goes to the very
/// address that was checked, so that a name cannot change its mind in between), uses no proxy, keeps no cookie and has little patience.
/// </summary>
public static class Outbound
{
    /// <summary>How long the other side may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Adds an HTTP client of this name that goes out this way.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">The client's name.</param>
    /// <param name="redirects">How many redirects it follows; each leads to a public address like the first.</param>
    public static IServiceCollection AddOutbound(this IServiceCollection services, string name, int redirects = 0)
    {
        services.AddHttpClient(name, client => client.Timeout = Patience).ConfigurePrimaryHttpMessageHandler(sp => Handler(sp.GetRequiredService<OutboundRules>().Anywhere, redirects));
        return services;
    }

    internal static void AddRules(IServiceCollection services, IConfiguration configuration, IHostEnvironment environment) =>
        services.AddSingleton(new OutboundRules(configuration.GetValue("Sarai:Outbound:Anywhere", environment.IsDevelopment())));

    /// <summary>Whether an address belongs to the public internet, rather than to this machine, its network or a special purpose (RFC 6890).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var b = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return b switch
            {
                [0, ..] or [10, ..] or [127, ..] or [>= 224, ..] => false,
                [100, >= 64 and <= 127, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [198, 18 or 19, ..] => false,
                [192, 0, 0 or 2, _] or [192, 88, 99, _] or [198, 51, 100, _] or [203, 0, 113, _] => false,
                _ => true,
            };
        }
        // Only 2000::/3 is given out, and in it 2001:0000::/23 (Teredo and other special uses), 2001:db8::/32 and 2002::/16 (which leads into IPv4) are not.
        return (b[0] & 0xE0) == 0x20
            && !(b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xFE) == 0) && !(b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0D && b[3] == 0xB8) && !(b[0] == 0x20 && b[1] == 0x02);
    }

    /// <summary>Whether an address names a private place without a look at the name service.</summary>
    public static bool IsNamedPrivate(Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        return IPAddress.TryParse(host.Trim('[', ']'), out var ip)
            ? !IsPublic(ip)
            : !host.Contains('.', StringComparison.Ordinal) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
    }

    private static SocketsHttpHandler Handler(bool anywhere, int redirects) => new()
    {
        AllowAutoRedirect = redirects > 0,
        MaxAutomaticRedirections = Math.Max(1, redirects),
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = (context, cancel) => Connect(context.DnsEndPoint, anywhere, cancel),
    };

    private static async ValueTask<Stream> Connect(DnsEndPoint to, bool anywhere, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, cancel);
        var allowed = anywhere ? addresses : [.. addresses.Where(IsPublic)];
        if (allowed.Length == 0) throw new HttpRequestException($"{to.Host} does not lead to a public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
