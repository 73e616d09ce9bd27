using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>Tells whoever watches a booking or their own account what became of a payment.</summary>
public static class AnnouncePayments
{
    internal static void Register(IServiceCollection services)
    {
        services.Hear<PaymentCaptured>((e, delivery, _) => Tell(delivery, e.BookingId, e.UserId, "payment_success", new { e.PaymentId, e.BookingId, e.Amount }));
        services.Hear<PaymentFailed>((e, delivery, _) => Tell(delivery, e.BookingId, e.UserId, "payment_failed", new { e.PaymentId, e.BookingId, e.Amount, e.Reason }));
        services.Hear<PaymentRefunded>((e, delivery, _) => Tell(delivery, e.BookingId, e.UserId, "payment_refunded", new { e.PaymentId, e.BookingId, e.Amount, e.To }));
    }

    private static Task Tell(Delivery delivery, Guid bookingId, Guid userId, string name, object data)
    {
        var live = delivery.Services.GetRequiredService<Live>();
        live.Announce($"booking:{bookingId}", name, data);
        live.Announce($"user:{userId}", name, data);
        return Task.CompletedTask;
    }
}
