using Sarai.Bookings;

namespace Sarai.Rules;

public sealed class BookingRules
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 7, 0);
    private static readonly Actor Desk = Actor.Of(Guid.NewGuid(), "Desk");

    [Fact]
    public void A_hold_is_confirmed_once()
    {
        var booking = Held();
        booking.Confirm(Desk, null, Now).Ok.ShouldBeTrue();
        booking.Confirm(Desk, null, Now).Fault!.Code.ShouldBe("already_confirmed");
        booking.ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public void A_hold_lapses_at_its_deadline_and_not_before()
    {
        var booking = Held();
        booking.Expire(Desk, booking.ExpiresAt!.Value - Duration.Epsilon).Ok.ShouldBeFalse();
        booking.Expire(Desk, booking.ExpiresAt!.Value).Ok.ShouldBeTrue();
        booking.Status.ShouldBe(BookingStatus.Expired);
    }

    [Theory]
    [InlineData(25, 100)]
    [InlineData(24, 100)]
    [InlineData(23.9, 50)]
    [InlineData(12, 50)]
    [InlineData(11.9, 0)]
    public void What_comes_back_follows_the_tier_that_is_still_ahead(double hoursBefore, int percent)
    {
        var booking = Held();
        booking.Receive(600000);
        booking.Confirm(Desk, null, Now);
        booking.RefundAt(booking.StartsAt - Duration.FromHours(hoursBefore)).Amount.ShouldBe(600000 * percent / 100);
    }

    [Fact]
    public void The_desk_may_give_everything_back()
    {
        var booking = Held();
        booking.Receive(600000);
        booking.Confirm(Desk, null, Now);
        var cancelled = booking.Cancel(Desk, "power cut", booking.StartsAt, full: true);
        cancelled.Value.Refund.Amount.ShouldBe(600000);
        booking.Paid.ShouldBe(0);
        booking.Cancel(Desk, null, Now).Fault!.Code.ShouldBe("already_cancelled");
    }

    [Fact]
    public void Only_the_allowed_moves_between_states_work()
    {
        var over = Now + Duration.FromDays(10);
        var moves = new (string Name, Func<Booking, Fault?> Do, BookingStatus[] From)[]
        {
            ("confirm", b => b.Confirm(Desk, null, Now).Fault, [BookingStatus.Held, BookingStatus.Expired]),
            ("expire", b => b.Expire(Desk, over).Fault, [BookingStatus.Held]),
            ("cancel", b => b.Cancel(Desk, null, Now).Fault, [BookingStatus.Held, BookingStatus.Confirmed]),
            ("check in", b => b.CheckIn(Desk, b.StartsAt).Fault, [BookingStatus.Confirmed, BookingStatus.NoShow]),
            ("no-show", b => b.MarkNoShow(Desk, b.StartsAt + Duration.FromMinutes(15)).Fault, [BookingStatus.Confirmed]),
            ("complete", b => b.Complete(Desk, b.EndsAt).Fault, [BookingStatus.Confirmed, BookingStatus.CheckedIn]),
        };
        foreach (var status in Enum.GetValues<BookingStatus>())
        {
            foreach (var (name, act, from) in moves)
            {
                var booking = In(status);
                (act(booking) is null).ShouldBe(from.Contains(status), $"{name} from {status}");
                if (!from.Contains(status)) booking.Status.ShouldBe(status);
            }
        }
    }

    [Fact]
    public void Every_step_says_who_when_and_why()
    {
        var booking = Held();
        booking.Confirm(Desk, "paid by phone", Now);
        booking.Cancel(Desk, "rain", Now + Duration.FromHours(1));
        booking.History.Select(h => (h.From, h.To, h.ActorName, h.Reason)).ShouldBe(
        [
            (null, BookingStatus.Held, "Desk", null), (BookingStatus.Held, BookingStatus.Confirmed, "Desk", "paid by phone"), (BookingStatus.Confirmed, BookingStatus.Cancelled, "Desk", "rain"),
        ]);
    }

    [Fact]
    public void A_calendar_file_keeps_its_uid_and_raises_its_sequence()
    {
        var booking = Held();
        var first = ExportCalendar.Write(booking, null, Now);
        booking.Confirm(Desk, null, Now);
        var second = ExportCalendar.Write(booking, null, Now);
        first.ShouldContain("SEQUENCE:0\r\n");
        second.ShouldContain("SEQUENCE:1\r\n");
        second.ShouldContain($"UID:{booking.Id}@sarai\r\n");
    }

    [Fact]
    public void Calendar_lines_fold_at_75_octets_without_cutting_a_letter()
    {
        var booking = Held(venueName: string.Concat(Enumerable.Repeat("پیڈل کلب، اسلام آباد; ", 12)));
        var text = ExportCalendar.Write(booking, null, Now);
        foreach (var line in text.Split("\r\n")) System.Text.Encoding.UTF8.GetByteCount(line).ShouldBeLessThanOrEqualTo(75);
        text.Replace("\r\n ", "", StringComparison.Ordinal).ShouldContain("پیڈل کلب، اسلام آباد\\; ");
    }

    [Fact]
    public void Codes_have_no_letters_that_look_alike() =>
        Enumerable.Range(0, 200).Select(_ => Held().Code).ShouldAllBe(code => code.Length == 8 && !code.Any(c => "01OIL".Contains(c)));

    [Fact]
    public void The_grid_starts_at_the_opening_and_ends_where_the_length_still_fits()
    {
        var venue = Venue(new OpeningHours(IsoDayOfWeek.Tuesday, new LocalTime(22, 0), new LocalTime(2, 0)));
        var starts = Slots.StartsOn(venue, venue.Offerings[0], new LocalDate(2026, 6, 2), 90).Select(s => s.InZone(venue.Zone).TimeOfDay).ToList();
        starts.ShouldBe([new(22, 0), new(22, 30), new(23, 0), new(23, 30), new(0, 0), new(0, 30)]);
    }

    [Fact]
    public void The_repeated_hour_gives_two_more_slots_and_none_that_ends_before_it_starts()
    {
        var venue = Venue(new OpeningHours(IsoDayOfWeek.Sunday, new LocalTime(0, 0), new LocalTime(4, 0))) with { TimeZone = "Europe/London" };
        var usual = Slots.StartsOn(venue, venue.Offerings[0], new LocalDate(2026, 10, 18), 60).ToList();
        var longer = Slots.StartsOn(venue, venue.Offerings[0], new LocalDate(2026, 10, 25), 60).ToList();
        var shorter = Slots.StartsOn(venue, venue.Offerings[0], new LocalDate(2026, 3, 29), 60).ToList();
        (longer.Count - usual.Count, shorter.Count - usual.Count).ShouldBe((2, -2));
        longer.Zip(longer.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == Duration.FromMinutes(30));
    }

    [Fact]
    public void A_day_knows_the_karachi_summer_time_of_2008()
    {
        var venue = Venue(new OpeningHours(IsoDayOfWeek.Sunday, new LocalTime(7, 0), new LocalTime(9, 0)));
        Slots.StartsOn(venue, venue.Offerings[0], new LocalDate(2008, 5, 25), 60).First().ShouldBe(Instant.FromUtc(2008, 5, 25, 2, 0));
        Slots.StartsOn(venue, venue.Offerings[0], new LocalDate(2008, 6, 1), 60).First().ShouldBe(Instant.FromUtc(2008, 6, 1, 1, 0));
    }

    private static Booking In(BookingStatus status)
    {
        var booking = Held();
        if (status == BookingStatus.Held) return booking;
        if (status == BookingStatus.Expired) booking.Expire(Desk, booking.ExpiresAt!.Value);
        else if (status == BookingStatus.Cancelled) booking.Cancel(Desk, null, Now);
        else booking.Confirm(Desk, null, Now);
        if (status is BookingStatus.CheckedIn) booking.CheckIn(Desk, booking.StartsAt);
        if (status is BookingStatus.Completed) booking.Complete(Desk, booking.EndsAt);
        if (status is BookingStatus.NoShow) booking.MarkNoShow(Desk, booking.StartsAt + Duration.FromHours(1));
        booking.Status.ShouldBe(status);
        return booking;
    }

    private static Booking Held(string venueName = "Margalla")
    {
        var venue = Venue(new OpeningHours(IsoDayOfWeek.Friday, new LocalTime(7, 0), new LocalTime(23, 0))) with { Name = venueName };
        var start = Now + Duration.FromDays(4);
        var wish = new Wish(venue, venue.Offerings[0], new Interval(start, start + Duration.FromMinutes(60)), null, Guid.NewGuid(), 4, Now, false);
        return Booking.Hold(wish, new Alternative([new ClaimNeed(venue.Resources[0].Id, "Court 1", wish.During)]), new Quote([new("base", "Peak", 600000)], new Money(600000, "PKR"), true), "Ayesha", null, Desk);
    }

    private static VenueInfo Venue(params OpeningHours[] hours)
    {
        var court = new ResourceInfo(Guid.NewGuid(), "Court 1", "court", 1, false, []);
        return new VenueInfo(Guid.NewGuid(), Guid.NewGuid(), "courts", "Margalla", "margalla", VenueState.Active, "Asia/Karachi", "PKR", "", "Islamabad", "F-7", null, 33.7, 73.05, [], hours, [],
            new Policy(), [court], [new OfferingInfo(Guid.NewGuid(), "Padel", Shape.Slots, [60, 90, 120], 30, [court.Id], 4, true)], [], 1);
    }
}
