using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Kernel;

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

/// <summary>A subscription of a module, by the name of the event.</summary>
/// <param name="EventName">The event's name outward.</param>
/// <param name="DbType">The subscriber's database.</param>
/// <param name="React">Deserialises and handles.</param>
public sealed record Subscription(string EventName, Type DbType, Func<string, ModuleDb, Delivery, CancellationToken, Task> React);

/// <summary>A listener that only passes news on to whoever is watching now; nothing is lost when it misses one.</summary>
/// <param name="EventName">The event's name outward.</param>
/// <param name="React">Deserialises and handles.</param>
public sealed record Listener(string EventName, Func<string, Delivery, CancellationToken, Task> React);

/// <summary>How modules subscribe.</summary>
public static class Subscriptions
{
    /// <summary>Reacts to an event inside the module's own transaction, exactly once in effect.</summary>
    public static IServiceCollection On<TEvent, TDb>(this IServiceCollection services, Reaction<TEvent, TDb> reaction)
        where TEvent : IEvent where TDb : ModuleDb =>
        services.AddSingleton(new Subscription(EventNameAttribute.Of(typeof(TEvent)), typeof(TDb), async (body, db, delivery, cancel) =>
        {
            await reaction(Read<TEvent>(body), (TDb)db, delivery, cancel);
            await db.SaveChangesAsync(cancel);
        }));

    /// <summary>Hears of an event after the transactional subscribers, without a guarantee: for live announcements and caches.</summary>
    public static IServiceCollection Hear<TEvent>(this IServiceCollection services, Func<TEvent, Delivery, CancellationToken, Task> react) where TEvent : IEvent =>
        services.AddSingleton(new Listener(EventNameAttribute.Of(typeof(TEvent)), (body, delivery, cancel) => react(Read<TEvent>(body), delivery, cancel)));

    private static TEvent Read<TEvent>(string body) => JsonSerializer.Deserialize<TEvent>(body, Json.Options)!;
}
