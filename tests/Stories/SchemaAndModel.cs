using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stories;

public sealed class SchemaAndModel(StoryPostgres postgres) : Story(postgres)
{
    [Fact]
    public async Task Every_mapped_column_is_in_the_schema_with_the_same_nullability()
    {
        await using var scope = App.Services.CreateAsyncScope();
        ModuleDb[] databases =
        [
            scope.ServiceProvider.GetRequiredService<Sarai.Identity.IdentityDb>(), scope.ServiceProvider.GetRequiredService<Sarai.Catalog.CatalogDb>(),
            scope.ServiceProvider.GetRequiredService<Sarai.Bookings.BookingsDb>(), scope.ServiceProvider.GetRequiredService<Sarai.Payments.PaymentsDb>(),
            scope.ServiceProvider.GetRequiredService<Sarai.Notifications.NotificationsDb>(), scope.ServiceProvider.GetRequiredService<Sarai.Stays.StaysDb>(), scope.ServiceProvider.GetRequiredService<Sarai.Media.MediaDb>(),
            scope.ServiceProvider.GetRequiredService<Sarai.Webhooks.WebhooksDb>(), scope.ServiceProvider.GetRequiredService<Sarai.Memberships.MembershipsDb>(),
        ];
        var problems = new List<string>();
        foreach (var entity in databases.SelectMany(db => db.Model.GetEntityTypes()))
        {
            foreach (var property in entity.GetProperties())
            {
                var found = (string?)await Database.Ask($"""
                    select is_nullable from information_schema.columns where table_schema = '{entity.GetSchema()}' and table_name = '{entity.GetTableName()}' and column_name = '{property.GetColumnName()}'
                    """);
                if (found is null) problems.Add($"{entity.GetSchemaQualifiedTableName()}.{property.GetColumnName()} is missing");
                else if ((found == "YES") != property.IsNullable) problems.Add($"{entity.GetSchemaQualifiedTableName()}.{property.GetColumnName()}: nullable {found} in the schema, {property.IsNullable} in the model");
            }
        }
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("select * from bookings.booking where guest_id = '00000000-0000-0000-0000-000000000001'::uuid order by starts_at desc, id limit 21", "booking_by_guest")]
    [InlineData("select * from bookings.booking where venue_id = '00000000-0000-0000-0000-000000000001'::uuid and starts_at > now() order by starts_at, id limit 21", "booking_by_venue")]
    [InlineData("select * from bookings.booking where status = 'Held' and expires_at <= now() order by expires_at limit 100", "booking_holds")]
    [InlineData("select * from bookings.claim where resource_id = any(array['00000000-0000-0000-0000-000000000001'::uuid]) and during && tstzrange(now(), now() + interval '1 day')", "claim_is_exclusive")]
    [InlineData("select * from notifications.notification where user_id = '00000000-0000-0000-0000-000000000001'::uuid order by id desc limit 21", "notification_by_user")]
    [InlineData("select * from kernel.live_event where grp = 'x' and id > 5 order by id limit 200", "live_event_by_group")]
    public async Task A_hot_query_uses_its_index(string sql, string index)
    {
        var plan = (string)(await Database.Ask($"set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off; explain (format json) {sql}"))!;
        plan.ShouldContain(index);
    }
}
