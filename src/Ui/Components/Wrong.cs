using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Rendering;
using Sarai.Kernel;

namespace Sarai.Ui.Components;

/// <summary>What is wrong with a field, in the language of the request. Pages use it instead of the framework's message, which speaks English only.</summary>
/// <typeparam name="TValue">The field's type.</typeparam>
public sealed class Wrong<TValue> : ValidationMessage<TValue>
{
    [CascadingParameter, SuppressMessage("Style", "IDE0051", Justification = "Set by the framework.")] private EditContext Form { get; set; } = default!;

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var message in Form.GetValidationMessages(FieldIdentifier.Create(For!)))
        {
            builder.OpenElement(0, "div");
            builder.AddAttribute(1, "class", "validation-message");
            builder.AddContent(2, Wording.Of(message));
            builder.CloseElement();
        }
    }
}
