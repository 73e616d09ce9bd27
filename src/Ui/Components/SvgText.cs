using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Sarai.Ui.Components;

/// <summary>A text in a drawing. Razor keeps the element's name for itself, so it is written here.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Where it starts.</summary>
    [Parameter] public string X { get; set; } = "0";

    /// <summary>Its base line.</summary>
    [Parameter] public string Y { get; set; } = "0";

    /// <summary>A class of the stylesheet, or null.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>start, middle or end.</summary>
    [Parameter] public string? Anchor { get; set; }

    /// <summary>What it says.</summary>
    [Parameter] public string? Text { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddAttribute(3, "class", Class);
        builder.AddAttribute(4, "text-anchor", Anchor);
        builder.AddContent(5, Text);
        builder.CloseElement();
    }
}
