using Sarai.Kernel;

namespace Sarai.Ui;

/// <summary>
/// What is wrong with a form, by the name of the field. Inputs are named like the fields of the request (<c>prices[2].label</c>), so that a refusal of the
/// handler and a value that could not even be read stand beside the same input.
/// </summary>
public sealed class Errors
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with the whole, or null.</summary>
    public string? Summary { get; private set; }

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => Summary is not null || _fields.Count > 0;

    /// <summary>What is wrong with a field, or null.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Whether something is wrong inside a part of the form, such as <c>prices[2]</c>.</summary>
    public bool Inside(string part) => _fields.Keys.Any(k => k.StartsWith(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>Notes what is wrong with a field; the first remark stays.</summary>
    public void Add(string field, string message) => _fields.TryAdd(field, message);

    /// <summary>Takes over a refusal: its fields go beside their inputs, the rest above the form.</summary>
    /// <param name="fault">The refusal.</param>
    /// <param name="shown">The names of the inputs; what the refusal says of other fields goes above the form.</param>
    public void Add(Fault fault, IEnumerable<string> shown)
    {
        var known = shown.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var placed = false;
        if (fault.Code == "validation_failed")
        {
            foreach (var (field, messages) in fault.Details ?? new Dictionary<string, object>())
            {
                if (!known.Contains(field) || messages is not object[] texts) continue;
                Add(field, string.Join(" ", texts.Select(t => t is string text ? Wording.Of(text) : t.ToString())));
                placed = true;
            }
        }
        if (!placed) Summary = fault.Message;
    }

    /// <summary>Says something above the form.</summary>
    public void Say(string message) => Summary ??= message;
}
