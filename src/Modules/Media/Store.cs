using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Sarai.Media;

/// <summary>Where the files lie.</summary>
public abstract class Store
{
    /// <summary>Keeps a file under a name that is never used twice.</summary>
    public abstract Task Put(string name, byte[] bytes, string type, CancellationToken cancel);

    /// <summary>Opens a file, or null when it is not there.</summary>
    public abstract Task<Stream?> Open(string name, CancellationToken cancel);

    /// <summary>Removes a file; one that is not there is no matter.</summary>
    public abstract Task Remove(string name, CancellationToken cancel);

    /// <summary>An address, good for a quarter of an hour, at which the file can be fetched without us; null when files go through the application.</summary>
    public virtual Uri? Link(string name, string type) => null;

    /// <summary>The store that is configured: S3 when <c>Sarai:Media:S3:Bucket</c> is set, else the data folder.</summary>
    public static Store Of(IConfiguration configuration, ILogger<Store> log) =>
        configuration["Sarai:Media:S3:Bucket"] is { Length: > 0 } bucket ? new S3Store(configuration.GetSection("Sarai:Media:S3"), bucket, log) : new DiskStore(Path.Combine(Settings.DataFolder(configuration), "media"));
}

/// <summary>Files in the data folder.</summary>
/// <param name="folder">Where.</param>
public sealed class DiskStore(string folder) : Store
{
    /// <inheritdoc/>
    public override async Task Put(string name, byte[] bytes, string type, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        // Under another name first: a crash leaves no half picture.
        var fresh = Path.Combine(folder, $".{name}.new");
        await File.WriteAllBytesAsync(fresh, bytes, cancel);
        File.Move(fresh, Path.Combine(folder, name), overwrite: true);
    }

    /// <inheritdoc/>
    public override Task<Stream?> Open(string name, CancellationToken cancel)
    {
        var file = Path.Combine(folder, name);
        return Task.FromResult<Stream?>(File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true) : null);
    }

    /// <inheritdoc/>
    public override Task Remove(string name, CancellationToken cancel)
    {
        File.Delete(Path.Combine(folder, name));
        return Task.CompletedTask;
    }
}

/// <summary>The place where files lie refused, or did not answer in time.</summary>
public sealed class StoreProblem(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>How it is told to people.</summary>
    public static Fault Fault { get; } = new(503, "storage_unavailable", "Files cannot be kept or shown right now. Nothing was changed: try again in a moment.");
}

/// <summary>Files in a bucket of S3 or of a server that speaks it, encrypted where they lie; every request is signed.</summary>
public sealed class S3Store : Store, IDisposable
{
    private const int LinkMinutes = 15;
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly bool _encrypt;
    private readonly bool _links;
    private readonly Protocol _protocol;
    private readonly ILogger _log;

    internal S3Store(IConfigurationSection settings, string bucket, ILogger log)
    {
        (_bucket, _log) = (bucket, log);
        _encrypt = settings.GetValue("Encrypt", true);
        _links = settings.GetValue("SignedUrls", false);
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings["Region"] ?? "us-east-1", MaxErrorRetry = 2, Timeout = TimeSpan.FromSeconds(settings.GetValue("TimeoutSeconds", 15.0)),
            // Servers that speak S3 need not know Amazon's newer checksums; the signature covers the content.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings["Endpoint"] is { Length: > 0 } endpoint) (config.ServiceURL, config.ForcePathStyle) = (endpoint, true);
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(config.AuthenticationRegion);
        _protocol = config.ServiceURL?.StartsWith("http:", StringComparison.Ordinal) == true ? Protocol.HTTP : Protocol.HTTPS;
        _client = settings["AccessKey"] is { Length: > 0 } key ? new AmazonS3Client(new BasicAWSCredentials(key, settings["SecretKey"]), config) : new AmazonS3Client(config);
    }

    /// <inheritdoc/>
    public override Task Put(string name, byte[] bytes, string type, CancellationToken cancel) => Ask(async () => await _client.PutObjectAsync(new PutObjectRequest
    {
        BucketName = _bucket, Key = name, InputStream = new MemoryStream(bytes), ContentType = type, UseChunkEncoding = false,
        ServerSideEncryptionMethod = _encrypt ? ServerSideEncryptionMethod.AES256 : ServerSideEncryptionMethod.None,
    }, cancel), cancel);

    /// <inheritdoc/>
    public override Task<Stream?> Open(string name, CancellationToken cancel) => Ask(async () =>
    {
        try
        {
            return (Stream?)(await _client.GetObjectAsync(_bucket, name, cancel)).ResponseStream;
        }
        catch (AmazonS3Exception problem) when (problem.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }, cancel);

    /// <inheritdoc/>
    public override Task Remove(string name, CancellationToken cancel) => Ask(async () => await _client.DeleteObjectAsync(_bucket, name, cancel), cancel);

    /// <inheritdoc/>
    public override Uri? Link(string name, string type) => !_links ? null : new Uri(_client.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        // The bucket's own clock judges when the address lapses, so it is counted from the machine's.
        BucketName = _bucket, Key = name, Verb = HttpVerb.GET, Protocol = _protocol, Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(LinkMinutes),
        ResponseHeaderOverrides = { ContentType = type, ContentDisposition = "inline" },
    }));

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<T> Ask<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await work();
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)
        {
            var said = problem is AmazonServiceException { ErrorCode: { Length: > 0 } code } ? code : problem.GetType().Name;
            _log.LogError("The bucket {Bucket} did not do what it was asked: {Problem}", _bucket, said);
            throw new StoreProblem($"The bucket {_bucket} did not do what it was asked: {said}.", problem);
        }
    }
}
