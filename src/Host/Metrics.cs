using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Sarai.Host;

/// <summary>
/// Everything this process measures, in the text format Prometheus reads (version 0.0.4). It listens to the meters of .NET, Npgsql and our own, and keeps
/// one number, or one histogram, for each combination of labels; their count is bounded, because what a stranger types must never become a label.
/// </summary>
internal sealed class Metrics : IDisposable
{
    private const int MostSeries = 1000;
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10];

    /// <summary>What is shown under the name the owner's documents give it, and with which labels.</summary>
    private static readonly Dictionary<string, Shown> Renamed = new()
    {
        ["http.server.request.duration"] = new("http_request_duration_seconds", "Duration of HTTP requests in seconds.", new() { ["http.request.method"] = "method", ["http.route"] = "route", ["http.response.status_code"] = "status_code" }),
        ["kestrel.active_connections"] = new("active_connections", "Open connections by kind.", [], "type=\"http\""),
        ["signalr.server.active_connections"] = new("active_connections", "Open connections by kind.", [], "type=\"live\""),
    };

    /// <summary>Labels that would grow with the world outside.</summary>
    private static readonly HashSet<string> Unbounded = ["server.address", "server.port", "network.peer.address", "network.peer.port", "url.scheme", "network.protocol.version", "error.type"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private long _dropped;

    public Metrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Meters that belong to another application in the same process are its own.
            if (Telemetry.Meters.Contains(instrument.Meter.Name) && (instrument.Meter.Scope is null || instrument.Meter.Scope == factory)) listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Take(state, (double)value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Writes every series there is now.</summary>
    public string Render()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder(16 * 1024);
        foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) family.Write(text);
        if (_families.TryGetValue("http_request_duration_seconds", out var requests)) requests.WriteCounts(text, "http_requests_total", "Total number of HTTP requests.");
        text.Append("# HELP metrics_dropped_total Measurements that were not counted because their labels would have been too many.\n# TYPE metrics_dropped_total counter\n");
        text.Append(CultureInfo.InvariantCulture, $"metrics_dropped_total {Interlocked.Read(ref _dropped)}\n");
        return text.ToString();
    }

    private Source FamilyOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = type == typeof(Histogram<>) ? Kind.Histogram : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? Kind.Counter : Kind.Gauge;
        var sets = instrument.IsObservable || type == typeof(Gauge<>);
        var shown = Renamed.GetValueOrDefault(instrument.Name) ?? new Shown(NameOf(instrument, kind), instrument.Description is { Length: > 0 } told ? told : instrument.Name, null);
        return new Source(_families.GetOrAdd(shown.Name, _ => new Family(shown.Name, shown.Help, kind)), shown, sets);
    }

    private static string NameOf(Instrument instrument, Kind kind)
    {
        var name = Clean(instrument.Name);
        var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", "%" => "_percent", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return kind == Kind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private void Take(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var source = (Source)state!;
        if (!source.Family.Take(LabelsOf(source.Shown, tags), value, source.Sets)) Interlocked.Increment(ref _dropped);
    }

    private static string LabelsOf(Shown shown, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (shown.Fixed is { } labels) return labels;
        if (tags.IsEmpty) return "";
        var text = new StringBuilder(64);
        foreach (var (name, value) in tags)
        {
            string? label = null;
            if (shown.Labels is null ? Unbounded.Contains(name) : !shown.Labels.TryGetValue(name, out label)) continue;
            if (text.Length > 0) text.Append(',');
            text.Append(label ?? Clean(name)).Append("=\"");
            Escape(text, name == "http.route" ? RouteOf(value as string) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }
        return text.ToString();
    }

    // Files have an endpoint each, named by their content.
    private static string RouteOf(string? route) => route is not null && !route.Contains('{', StringComparison.Ordinal) && Path.HasExtension(route) && !route.StartsWith("/.well-known", StringComparison.Ordinal) ? "(file)" : route ?? "";

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(letter),
            };
        }
    }

    private static string Clean(string name) => string.Create(name.Length, name, (span, from) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
    });

    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    private sealed record Shown(string Name, string Help, Dictionary<string, string>? Labels, string? Fixed = null);

    private sealed record Source(Family Family, Shown Shown, bool Sets);

    private sealed class Family(string name, string help, Kind kind)
    {
        private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

        public string Name => name;

        public bool Take(string labels, double value, bool sets)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                if (_series.Count >= MostSeries) return false;
                series = _series.GetOrAdd(labels, _ => new Series(kind == Kind.Histogram));
            }
            series.Take(value, sets);
            return true;
        }

        public void Write(StringBuilder text)
        {
            Head(text, name, help, kind switch { Kind.Counter => "counter", Kind.Gauge => "gauge", _ => "histogram" });
            foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal)) series.Write(text, name, labels);
        }

        /// <summary>How often each series of a histogram was measured, as a counter of its own.</summary>
        public void WriteCounts(StringBuilder text, string counter, string about)
        {
            Head(text, counter, about, "counter");
            foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal)) Line(text, counter, labels, series.Count);
        }

        private static void Head(StringBuilder text, string name, string help, string type) =>
            text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private sealed class Series(bool histogram)
    {
        private readonly Lock _turn = new();
        private readonly long[]? _buckets = histogram ? new long[Bounds.Length + 1] : null;
        private double _value;
        private long _count;

        public double Count
        {
            get
            {
                lock (_turn) return _count;
            }
        }

        public void Take(double value, bool sets)
        {
            lock (_turn)
            {
                _value = sets ? value : _value + value;
                _count++;
                if (_buckets is null) return;
                var at = Array.BinarySearch(Bounds, value);
                _buckets[at < 0 ? ~at : at]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_turn)
            {
                if (_buckets is null)
                {
                    Line(text, name, labels, _value);
                    return;
                }
                var (sum, comma) = (0L, labels.Length > 0 ? "," : "");
                for (var i = 0; i < _buckets.Length; i++)
                {
                    sum += _buckets[i];
                    var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    Line(text, $"{name}_bucket", $"{labels}{comma}le=\"{bound}\"", sum);
                }
                Line(text, $"{name}_sum", labels, _value);
                Line(text, $"{name}_count", labels, _count);
            }
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
