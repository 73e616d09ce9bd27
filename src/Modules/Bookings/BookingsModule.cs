using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>The claim ledger and everything that takes or frees a place in it.</summary>
public sealed class BookingsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "bookings";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<BookingsDb>(Name);
        services.AddSingleton<Availability>();
        services.AddSingleton<HoldTogether>();
        services.AddSingleton<Planner>();
        services.AddScoped<IBookings, BookingQuestions>();
        services.AddScoped<INights, NightsForVerticals>();
        services.On<PaymentCaptured, BookingsDb>(ConfirmBooking.On, ConfirmBooking.Prepare);
        services.On<PaymentRefunded, BookingsDb>(ConfirmBooking.On);
        services.On<PaymentPromised, BookingsDb>(ConfirmBooking.On);
        services.On<SplitFailed, BookingsDb>(CancelBooking.On);
        services.On<BookingExpired, BookingsDb>(OfferWaitlist.On);
        services.On<BookingCancelled, BookingsDb>(OfferWaitlist.On);
        services.On<BookingRescheduled, BookingsDb>(OfferWaitlist.On);
        services.On<UserErased, BookingsDb>(ForgetGuest.On);
        services.AddSingleton(new PersonalData(Name, "bookings", "select to_jsonb(b) from bookings.booking b where guest_id = $1 order by id"));
        services.AddSingleton(new PersonalData(Name, "waitlist", "select to_jsonb(w) from bookings.waitlist w where guest_id = $1 order by id"));
        AnnounceSlots.Register(services);
        services.AddSingleton(new Job("expire holds", TimeSpan.FromSeconds(5), ExpireHolds.Run));
        services.AddSingleton(new Job("complete bookings", TimeSpan.FromMinutes(1), AttendBooking.CompleteRun));
        services.AddSingleton(new Job("remind of balances", TimeSpan.FromMinutes(10), RemindOfBalance.Run));
        services.AddSingleton(new Job("night audit", TimeSpan.FromMinutes(1), AttendBooking.NoShowRun));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        FindAvailability.Map(api);
        PlaceHold.Map(api);
        BookSeries.Map(api);
        UseCode.Map(api);
        GetBooking.Map(api);
        ListBookings.Map(api);
        ExportCalendar.Map(api);
        CancelBooking.Map(api);
        RescheduleBooking.Map(api);
        JoinWaitlist.Map(api);
        ConfirmBooking.Map(api);
        OfferEqual.Map(api);
        AttendBooking.Map(api);
        BookAtDesk.Map(api);
        BlockResources.Map(api);
        ShowSchedule.Map(api);
        KeepCustomers.Map(api);
        VenueFigures.Map(api);
        FindNights.Map(api);
        BookNights.Map(api);
        ChangeNights.Map(api);
        ShowRack.Map(api);
        NightFigures.Map(api);
        ChargeBooking.Map(api);
    }

    /// <inheritdoc/>
    public override Task AddDemo(IServiceProvider services, CancellationToken cancel) => DemoBookings.Add(services, cancel);
}
