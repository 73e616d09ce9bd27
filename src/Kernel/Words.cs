namespace Sarai.Kernel;

/// <summary>The words every module needs: validation, refusals the house itself makes. The key is the English text.</summary>
internal sealed class Words;
