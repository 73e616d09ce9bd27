using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sarai.Testing;

/// <summary>The application as a process of its own, to be killed and started again. It ends with the tests, however they end.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs the application beside a reader of standard input, whose other end we hold: when we die, it dies.</summary>
    private const string Minder = """
        "$@" </dev/null >>"$SARAI_TEST_LOG" 2>&1 & app=$!
        cat >/dev/null
        kill -KILL $app
        """;

    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly string _environment;
    private readonly string _folder = Directory.CreateTempSubdirectory("sarai-process-").FullName;
    private Process? _minder;

    private AppProcess(IReadOnlyDictionary<string, string?> settings, string environment, Uri address) => (_settings, _environment, Address) = (settings, environment, address);

    /// <summary>Where it answers; the same after each start.</summary>
    public Uri Address { get; }

    /// <summary>How long each start took.</summary>
    public List<TimeSpan> Starts { get; } = [];

    /// <summary>What it wrote.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>Starts it and waits until it can serve.</summary>
    /// <param name="settings">Its configuration.</param>
    /// <param name="environment">Development or Production.</param>
    public static async Task<AppProcess> Start(IReadOnlyDictionary<string, string?> settings, string environment = "Development")
    {
        var app = new AppProcess(settings, environment, new Uri($"http://127.0.0.1:{FreePort()}"));
        await app.Restart();
        return app;
    }

    /// <summary>Starts one that is expected to refuse, and gives its exit code and what it said.</summary>
    public static async Task<(int Code, string Said)> Refused(IReadOnlyDictionary<string, string?> settings, string environment)
    {
        await using var app = new AppProcess(settings, environment, new Uri($"http://127.0.0.1:{FreePort()}"));
        using var process = Process.Start(app.Prepare("exec \"$@\" </dev/null >>\"$SARAI_TEST_LOG\" 2>&1"))!;
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, app.Log);
    }

    /// <summary>Starts it again after <see cref="Kill"/>.</summary>
    public async Task Restart()
    {
        _minder = Process.Start(Prepare(Minder))!;
        var watch = Stopwatch.StartNew();
        await Eventually(async probe => (await probe.GetAsync(new Uri(Address, "/health/ready"))).IsSuccessStatusCode);
        Starts.Add(watch.Elapsed);
    }

    /// <summary>SIGKILL, as by a power cut.</summary>
    public void Kill()
    {
        _minder!.Kill(entireProcessTree: true);
        _minder.WaitForExit();
        _minder.Dispose();
        _minder = null;
    }

    /// <summary>Waits until it answers as wished.</summary>
    public async Task Eventually(Func<HttpClient, Task<bool>> asWished)
    {
        using var probe = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                if (await asWished(probe)) return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // Not up yet.
            }
            if (_minder is not { HasExited: false } || watch.Elapsed > Patience) throw new InvalidOperationException($"The application does not answer as it should. It wrote:\n{Log}");
            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_minder is not null) Kill();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private ProcessStartInfo Prepare(string shell)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", shell, "sarai", "dotnet", Path.Combine(AppContext.BaseDirectory, "Sarai.Host.dll"), "--urls", Address.ToString()])
        {
            RedirectStandardInput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment["SARAI_TEST_LOG"] = LogFile;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = _environment;
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (key, value) in _settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    // Below the ports that the system gives to outgoing connections: one of these could take it before the app does.
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(15_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody listens there; another one is tried.
            }
        }
    }
}
