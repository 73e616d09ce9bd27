using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Configuration;

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

    /// <summary>The store that is configured: S3 when <c>Sarai:Media:S3:Bucket</c> is set, else the data folder.</summary>
    public static Store Of(IConfiguration configuration) =>
        configuration["Sarai:Media:S3:Bucket"] is { Length: > 0 } bucket ? new S3Store(configuration.GetSection("Sarai:Media:S3"), bucket) : new DiskStore(Path.Combine(Settings.DataFolder(configuration), "media"));
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

/// <summary>Files in a bucket of S3 or of a server that speaks it, encrypted where they lie; every request is signed.</summary>
public sealed class S3Store : Store, IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly bool _encrypt;

    internal S3Store(IConfigurationSection settings, string bucket)
    {
        _bucket = bucket;
        _encrypt = settings.GetValue("Encrypt", true);
        var config = new AmazonS3Config { AuthenticationRegion = settings["Region"] ?? "us-east-1" };
        if (settings["Endpoint"] is { Length: > 0 } endpoint) (config.ServiceURL, config.ForcePathStyle) = (endpoint, true);
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(config.AuthenticationRegion);
        _client = settings["AccessKey"] is { Length: > 0 } key ? new AmazonS3Client(new BasicAWSCredentials(key, settings["SecretKey"]), config) : new AmazonS3Client(config);
    }

    /// <inheritdoc/>
    public override Task Put(string name, byte[] bytes, string type, CancellationToken cancel) => _client.PutObjectAsync(new PutObjectRequest
    {
        BucketName = _bucket, Key = name, InputStream = new MemoryStream(bytes), ContentType = type, ServerSideEncryptionMethod = _encrypt ? ServerSideEncryptionMethod.AES256 : ServerSideEncryptionMethod.None,
    }, cancel);

    /// <inheritdoc/>
    public override async Task<Stream?> Open(string name, CancellationToken cancel)
    {
        try
        {
            return (await _client.GetObjectAsync(_bucket, name, cancel)).ResponseStream;
        }
        catch (AmazonS3Exception problem) when (problem.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override Task Remove(string name, CancellationToken cancel) => _client.DeleteObjectAsync(_bucket, name, cancel);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
