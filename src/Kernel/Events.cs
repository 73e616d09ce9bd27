using System.Collections.Concurrent;
using System.Reflection;

namespace Sarai.Kernel;

/// <summary>Something that happened, in the past tense. Events live in Contracts and are the only way one module moves another.</summary>
public interface IEvent
{
    /// <summary>The aggregate the event is about; events of one key are delivered in order.</summary>
    Guid Key { get; }
}

/// <summary>The event's name outward, in the documents' form: <c>booking.created</c>.</summary>
/// <param name="name">Lower case words joined by dots.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventNameAttribute(string name) : Attribute
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>The name of an event type.</summary>
    /// <exception cref="InvalidOperationException">The event has no name; every event needs one.</exception>
    public static string Of(Type type) => Names.GetOrAdd(type, static t =>
        t.GetCustomAttribute<EventNameAttribute>()?.Name ?? throw new InvalidOperationException($"{t.Name} needs an [EventName]."));
}
