using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>A guest who asked to be forgotten: bookings stay, for the books must add up, but without the name and what the desk wrote about the person.</summary>
internal static class ForgetGuest
{
    public static async Task On(UserErased erased, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"update bookings.booking set guest_name = '–', notes = null where guest_id = {erased.UserId}", cancel);
        await db.Database.ExecuteSqlAsync($"delete from bookings.waitlist where guest_id = {erased.UserId}", cancel);
        await db.Database.ExecuteSqlAsync($"delete from bookings.customer where user_id = {erased.UserId}", cancel);
    }
}
