using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>Tells whoever watches a booking or their own account what became of a payment.</summary>
public static class AnnouncePayments
{
    internal static void Register(IServiceCollection services)
    {
        services.Hear<PaymentCaptured>((e, delivery, cancel) => Tell(delivery, e.BookingId, e.UserId, "payment_success", new { e.PaymentId, e.BookingId, e.Amount }, cancel));
        services.Hear<PaymentFailed>((e, delivery, cancel) => Tell(delivery, e.BookingId, e.UserId, "payment_failed", new { e.PaymentId, e.BookingId, e.Amount, e.Reason }, cancel));
        services.Hear<PaymentRefunded>((e, delivery, cancel) => Tell(delivery, e.BookingId, e.UserId, "payment_refunded", new { e.PaymentId, e.BookingId, e.Amount, e.To }, cancel));
    }

    private static async Task Tell(Delivery delivery, Guid bookingId, Guid userId, string name, object data, CancellationToken cancel)
    {
        var live = delivery.Services.GetRequiredService<Live>();
        await live.Announce($"booking:{bookingId}", name, data, cancel);
        await live.Announce($"user:{userId}", name, data, cancel);
    }
}
