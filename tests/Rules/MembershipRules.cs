using FsCheck;
using FsCheck.Fluent;
using Sarai.Memberships;

namespace Sarai.Rules;

public sealed class MembershipRules
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 31, 9, 0);

    [Fact]
    public void A_month_that_began_on_the_31st_ends_with_February_and_comes_back_to_the_31st()
    {
        var member = Join(Plan("silver", 100000));
        member.PeriodEnd.ShouldBe(Instant.FromUtc(2026, 2, 28, 9, 0));
        member.Renew();
        (member.PeriodStart, member.PeriodEnd).ShouldBe((Instant.FromUtc(2026, 2, 28, 9, 0), Instant.FromUtc(2026, 3, 31, 9, 0)));
    }

    [Fact]
    public void An_unpaid_month_is_asked_for_on_days_0_1_3_and_5_and_lapses_on_the_6th()
    {
        var member = Join(Plan("silver", 100000));
        foreach (var day in new[] { 0, 1, 3, 5 })
        {
            member.LookAt.ShouldBe(member.PeriodEnd + Duration.FromDays(day));
            member.Lapsed(member.LookAt!.Value).ShouldBeFalse();
            member.Ask();
        }
        member.LookAt.ShouldBe(member.PeriodEnd + Duration.FromDays(6));
        member.Lapsed(member.LookAt!.Value).ShouldBeTrue();
        member.Until.ShouldBe(member.PeriodEnd + Duration.FromDays(6));
    }

    [Fact]
    public void Changing_there_and_back_at_one_moment_costs_nothing_and_what_is_left_over_is_spent_exactly() =>
        Prop.ForAll(
            Gen.Choose(1, 10_000_000).Two().Zip(Gen.Choose(0, 28 * 24 * 60)).ToArbitrary(),
            given =>
            {
                var ((low, high), minutes) = given;
                if (low > high) (low, high) = (high, low);
                var (cheap, dear, at) = (Plan("silver", low), Plan("gold", high), Start + Duration.FromMinutes(minutes));
                var member = Join(cheap);
                var up = member.Difference(dear, at).Amount;
                member.Change(dear, 0);
                var down = -member.Difference(cheap, at).Amount;
                member.Change(cheap, down);
                // What was left over pays for the months to come, to the last unit.
                long paid = 0;
                for (var month = 0; month < 3; month++)
                {
                    paid += member.NextPrice.Amount;
                    member.Renew();
                }
                return up == down && up >= 0 && up <= high - low && paid + (down - member.Credit) == 3L * low;
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(10, 60, true)]
    [InlineData(16, 60, true)]
    [InlineData(16, 90, false)]
    [InlineData(6, 60, false)]
    public void A_scope_speaks_of_the_venues_wall_clock(int hour, int minutes, bool fits)
    {
        var start = Instant.FromUtc(2026, 6, 2, hour, 0) - Duration.FromHours(5);
        var wish = new BenefitWish(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), new NodaTime.Interval(start, start + Duration.FromMinutes(minutes)), "Asia/Karachi", new Money(1, "PKR"), null, start, start);
        new Scope { From = new LocalTime(7, 0), To = new LocalTime(17, 0), MaxMinutes = 90, Days = [IsoDayOfWeek.Tuesday] }.Fits(wish).ShouldBe(fits);
        new Scope { Days = [IsoDayOfWeek.Monday] }.Fits(wish).ShouldBeFalse();
        new Scope { OfferingIds = [Guid.NewGuid()] }.Fits(wish).ShouldBeFalse();
    }

    private static Plan Plan(string tier, long price)
    {
        var plan = new Plan { Id = Guid.NewGuid(), Kind = PlanKind.Membership };
        plan.Describe(new KeepPlans.Request { Kind = PlanKind.Membership, Name = tier, Price = price, Currency = "PKR", Tier = tier }).ShouldBeNull();
        return plan;
    }

    private static Membership Join(Plan plan) => Membership.Join(plan, new PlanPurchase { GuestId = Guid.NewGuid(), FromWallet = true }, Start);
}
