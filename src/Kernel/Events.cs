using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

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

/// <summary>What a delivered event carries beside its content.</summary>
/// <param name="EventId">The same on every delivery.</param>
/// <param name="At">When it happened.</param>
/// <param name="Services">The scope of this delivery.</param>
public sealed record Delivery(Guid EventId, Instant At, IServiceProvider Services);

/// <summary>
/// One subscriber's reaction to one event. It runs inside a transaction of the subscriber's own database that also holds the inbox row,
/// so whatever it does there happens exactly once, however often the event is delivered. Calls to the outside world do not belong here:
/// write down what is to be sent and let a job send it.
/// </summary>
public delegate Task Reaction<in TEvent, in TDb>(TEvent happened, TDb db, Delivery delivery, CancellationToken cancel);

/// <summary>
/// What one reaction needs from the database, read or locked for all events of a batch at once, in the transaction in which the reactions follow.
/// A reaction alone costs a round trip for each question; on a busy evening hundreds come together.
/// </summary>
public delegate Task Preparation<in TEvent, in TDb>(IReadOnlyList<TEvent> happened, TDb db, IServiceProvider services, CancellationToken cancel);

/// <summary>
/// Tells which events of a batch a module has anything to do with, when that takes a question. The others cost it neither transaction nor inbox row.
/// </summary>
public delegate Task<Func<TEvent, bool>> Concern<TEvent>(IReadOnlyList<TEvent> happened, IServiceProvider services, CancellationToken cancel);

/// <summary>A subscription of a module, by the name of the event.</summary>
/// <param name="EventName">The event's name outward.</param>
/// <param name="DbType">The subscriber's database.</param>
/// <param name="Read">Deserialises.</param>
/// <param name="Concerns">Picks the events of a batch that matter to the module, or null when all do.</param>
/// <param name="Prepare">Prepares a batch of events, or null when each stands alone.</param>
/// <param name="React">Handles one.</param>
public sealed record Subscription(
    string EventName, Type DbType, Func<string, object> Read, Func<IReadOnlyList<object>, IServiceProvider, CancellationToken, Task<Func<object, bool>>>? Concerns,
    Func<IReadOnlyList<object>, ModuleDb, IServiceProvider, CancellationToken, Task>? Prepare,
    Func<object, ModuleDb, Delivery, CancellationToken, Task> React);

/// <summary>A listener that only passes news on to whoever is watching now; nothing is lost when it misses one.</summary>
/// <param name="EventName">The event's name outward.</param>
/// <param name="React">Deserialises and handles.</param>
public sealed record Listener(string EventName, Func<string, Delivery, CancellationToken, Task> React);

/// <summary>How modules subscribe.</summary>
public static class Subscriptions
{
    /// <summary>
    /// Reacts to an event inside the module's own transaction, exactly once in effect. With a preparation, what the reactions of a batch change is
    /// saved together after the last of them: such a reaction must not read by SQL what another of its batch may have changed and not yet saved.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="reaction">What to do.</param>
    /// <param name="prepare">What to read or lock for a batch first.</param>
    /// <param name="when">Which events matter, when the event itself says so.</param>
    /// <param name="concerns">Which events matter, when it takes a question.</param>
    public static IServiceCollection On<TEvent, TDb>(
        this IServiceCollection services, Reaction<TEvent, TDb> reaction, Preparation<TEvent, TDb>? prepare = null, Func<TEvent, bool>? when = null, Concern<TEvent>? concerns = null)
        where TEvent : class, IEvent where TDb : ModuleDb =>
        services.AddSingleton(new Subscription(
            EventNameAttribute.Of(typeof(TEvent)), typeof(TDb), Read<TEvent>,
            when is null && concerns is null ? null : async (happened, provider, cancel) =>
            {
                var matters = concerns is null ? _ => true : await concerns([.. happened.Cast<TEvent>()], provider, cancel);
                return e => (when is null || when((TEvent)e)) && matters((TEvent)e);
            },
            prepare is null ? null : (happened, db, provider, cancel) => prepare([.. happened.Cast<TEvent>()], (TDb)db, provider, cancel),
            async (happened, db, delivery, cancel) =>
            {
                await reaction((TEvent)happened, (TDb)db, delivery, cancel);
                if (prepare is null) await db.SaveChangesAsync(cancel);
            }));

    /// <summary>Hears of an event after the transactional subscribers, without a guarantee: for live announcements and caches.</summary>
    public static IServiceCollection Hear<TEvent>(this IServiceCollection services, Func<TEvent, Delivery, CancellationToken, Task> react) where TEvent : IEvent =>
        services.AddSingleton(new Listener(EventNameAttribute.Of(typeof(TEvent)), (body, delivery, cancel) => react(Read<TEvent>(body), delivery, cancel)));

    private static TEvent Read<TEvent>(string body) => JsonSerializer.Deserialize<TEvent>(body, Json.Options)!;
}
