using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Sarai.Host;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c> and its page at <c>/api-docs</c>.</summary>
internal static class OpenApiDocument
{
    public static void AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = type =>
        {
            // Features name their records Request and Response; the feature's own name tells them apart.
            var id = Microsoft.AspNetCore.OpenApi.OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            return id is not null && type.Type.DeclaringType is { } feature ? feature.Name + id : id;
        };
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Sarai";
            document.Info.Description = "Courts, rooms, pujas and journeys on one reservation engine. Amounts are minor units; times carry their offset.";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
    });

    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "api-docs";
            options.SwaggerEndpoint("/openapi/v1.json", "Sarai v1");
            options.DocumentTitle = "Sarai API";
        });
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        var (format, example) = type switch
        {
            _ when type == typeof(Instant) || type == typeof(OffsetDateTime) => ("date-time", "2026-11-08T18:00:00+05:00"),
            _ when type == typeof(LocalDate) => ("date", "2026-11-08"),
            _ when type == typeof(LocalTime) => ("time", "18:00:00"),
            _ when type == typeof(LocalDateTime) => ("local-date-time", "2026-11-08T18:00:00"),
            _ => (null, null),
        };
        if (format is null) return;
        schema.Type = JsonSchemaType.String;
        schema.Format = format;
        schema.Properties = null;
        schema.Examples = [JsonValue.Create(example)!];
    }
}
