using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Sarai.Panchang.Bench;

// Measures the library with BenchmarkDotNet, then npm astronomy-engine on the same work on the same machine, and prints
// how many times as long the other takes:  dotnet run -c Release --project bench/Panchang
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
var summary = BenchmarkRunner.Run<Work>(config);

var engine = typeof(Work).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Engine").Value!;
using var node = Process.Start(new ProcessStartInfo("node", "work.mjs") { WorkingDirectory = engine, RedirectStandardOutput = true })!;
var theirs = JsonSerializer.Deserialize<Dictionary<string, double>>(await node.StandardOutput.ReadToEndAsync())!;

Console.WriteLine();
Console.WriteLine("| work | Sarai.Panchang | allocated | astronomy-engine | ratio |");
Console.WriteLine("|---|---|---|---|---|");
foreach (var report in summary.Reports)
{
    var name = report.BenchmarkCase.Descriptor.WorkloadMethod.Name;
    var ours = report.ResultStatistics!.Mean;
    var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
    var other = theirs.TryGetValue(name, out var nanoseconds) ? $"{Time(nanoseconds)} | {nanoseconds / ours:F1}" : " | ";
    Console.WriteLine($"| {name} | {Time(ours)} | {allocated} B | {other} |");
}

static string Time(double nanoseconds) => nanoseconds switch
{
    < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:F0} ns"),
    < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:F2} µs"),
    _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:F2} ms"),
};
